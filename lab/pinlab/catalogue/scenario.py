"""A scenario: what is shown to a client, why it is wrong, and what a good client does about it.

`Entry` is one table of a catalogue file as written; `Scenario` is the same with its id.
Both are frozen values: they read no file, start nothing, and know nothing of verdicts reached.
"""

from __future__ import annotations

import re
from typing import Literal, Protocol

from pydantic import Field

from pinlab.catalogue.rfc_choices import Choice
from pinlab.catalogue.session_requests import Asked
from pinlab.catalogue.steps import (
    DEFAULT_ATTACK_KEY,
    AttackStep,
    PinFile,
    Pins,
    PinSetFacts,
    PresentStep,
    Proxy,
)
from pinlab.core.durations import Duration
from pinlab.core.enums import PIN_REASON_PREFIX, Phase, Reason
from pinlab.core.models import Strict
from pinlab.core.verdicts import REFUSALS
from pinlab.pki.cast import Deviations
from pinlab.pki.pins import PinRef

Expected = Literal["HELD", "SERVED", "LOCKED_OUT"]
TlsVersion = Literal["1.2", "1.3"]
Unpinned = Literal["SERVED", "HELD"]
SuiteName = Literal["smoke", "pinning"]
Witness = Literal["origin", "mitm", "proxy"]


class KeyLookup(Protocol):
    """Whatever can say which key an identity carries: a `recipe.Cast` or a `world.World`."""

    def key_of(self, name: str) -> str:
        """Give the name of the key in the certificate of identity `name`."""
        ...


class Entry(Strict):
    """One table of a catalogue file."""

    doc: str = Field(min_length=20)
    """What is shown and what a good client does, for a reader who knows no code; first sentence = summary."""
    why: str | None = None
    """The one reason for which the presentation must be refused. Required where a refusal is expected."""
    refs: tuple[str, ...] = Field(default=(), strict=False)
    """Where it comes from: case ids, "RFC 7469 2.6", "CVE-2016-2402", "CWE-297"."""
    host: str = Field(default="shop.test", min_length=1)
    """The name that the client believes it talks to."""
    tls: tuple[TlsVersion, ...] = Field(default=("1.3",), strict=False, min_length=1)
    """The TLS versions to run it in, one case for each."""
    world: Deviations = Field(default_factory=Deviations)
    """How this scenario's world deviates from the standard one."""
    trust: tuple[str, ...] = Field(default=("root", "rogue"), strict=False, min_length=1)
    """The CAs in the client's trust store, in the order of the file."""
    pins: Pins = ("active", "backup")
    """What the client pins."""
    pin_set: PinSetFacts | None = None
    """What holds for the set besides its pins: an end, and whether it is enforced."""
    pin_file: PinFile | None = None
    """How the user's own pin file is handed to the client; only in runs with --pins."""
    present: tuple[PresentStep, ...] = Field(
        default=(PresentStep(identity="active"),), strict=False, min_length=1
    )
    """What the origin shows, connection by connection."""
    attack: tuple[AttackStep, ...] = Field(default=(), strict=False)
    """What the interceptor does; empty: there is none."""
    proxy: Proxy | None = None
    """The proxy between client and server; the interceptor plays it."""
    upgrade: Literal["websocket"] | None = None
    """What the client asks for instead of an ordinary answer."""
    expect: Expected
    """What a good client's run must come to; with `visits`, the gravest of them."""
    reason: str | None = None
    """Why a good client refuses. Required where a refusal is expected."""
    also: tuple[str, ...] = Field(default=(), strict=False)
    """Other reasons that are right, for clients that look in another order than ours."""
    control: str | None = None
    """The id of the control that must be accepted, or the refusal proves nothing."""
    caught_by: tuple[str, ...] = Field(default=(), strict=False)
    """The flaws of pinlab-flawed that this scenario brings to light."""
    phase: Literal["config", "connect", "handshake", "request"] = "handshake"
    """Where in the client's life the outcome is due."""
    visits: tuple[Expected, ...] = Field(default=(), strict=False)
    """The client is run once for each, against the same witnesses; empty: once."""
    unpinned: Unpinned | None = None
    """What a correct client without pins comes to; absent: what the reason says (see `without_pins`)."""
    suites: tuple[SuiteName, ...] = Field(default=(), strict=False)
    """The suites that it belongs to besides those that follow from it (see suites.py)."""
    session: bool = False
    """All visits are made by one process, which may carry something from one to the next."""
    requests: tuple[Asked, ...] = Field(default=(), strict=False)
    """What each visit of a session asks for; one that is missing asks for what the scenario says."""
    stolen_ticket_key: bool = False
    """The interceptor can open the origin's session tickets."""
    choice: Choice | None = None
    """What a user may decide otherwise, with --set, because the standards leave room."""
    timeout: Duration | None = None
    """How long the client waits at most; where the right end is to give up, this keeps the run short."""
    spoof: bool = False
    """The attacker sits on another address with the origin's port, and the name resolves to it."""
    direct: bool = False
    """Whether the client may reach the origin without meeting the interceptor."""


class Scenario(Entry):
    """An entry with its name in the catalogue."""

    id: str
    """family/name."""
    file: str
    """The file it was read from, for messages."""

    @property
    def family(self) -> str:
        """Give the file stem."""
        return self.id.split("/", 1)[0]

    @property
    def name(self) -> str:
        """Give the table's name."""
        return self.id.split("/", 1)[1]

    @property
    def summary(self) -> str:
        """Give the first sentence of `doc`, on one line."""
        text = " ".join(self.doc.split())
        end = re.search(r"[.?!](?=\s|$)", text)
        return text[: end.end()] if end else text

    @property
    def must_refuse(self) -> bool:
        """Say whether a good client refuses at least one of the visits."""
        return self.expect in REFUSALS

    @property
    def is_pin_only(self) -> bool:
        """Say whether nothing but a pin can tell that this is wrong; such a scenario needs two controls."""
        return self.reason is not None and self.reason.startswith(PIN_REASON_PREFIX)

    @property
    def without_pins(self) -> Unpinned:
        """Give what the same client without pins comes to: only pins and their text can make a difference."""
        if self.unpinned is not None:
            return self.unpinned
        return "SERVED" if not self.must_refuse or self.is_pin_only or self.is_about_pin_text else "HELD"

    @property
    def is_about_pin_text(self) -> bool:
        """Say whether the fault is in how the pins are written."""
        return self.reason == Reason.CONFIG_INVALID.value

    @property
    def is_config(self) -> bool:
        """Say whether the outcome is due before any connection."""
        return self.phase == Phase.CONFIG.value

    @property
    def has_mitm(self) -> bool:
        """Say whether an interceptor stands on the path."""
        return bool(self.attack)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Give every reason that is right, the expected one first; empty for an accepted scenario."""
        return (self.reason, *self.also) if self.reason else ()

    @property
    def expected_visits(self) -> tuple[str, ...]:
        """Give what each run of the client must come to, at least one."""
        return self.visits or (self.expect,)

    def asked(self, number: int) -> Asked:
        """Give what visit `number` asks for, from 0."""
        return self.requests[number] if number < len(self.requests) else Asked()

    def pins_at(self, number: int) -> tuple[PinRef, ...] | None:
        """Give what the client pins on visit `number`."""
        return self.asked(number).pins if self.asked(number).changes_pins else self.pins

    @property
    def hosts(self) -> tuple[str, ...]:
        """Give the host of each visit."""
        return tuple(self.asked(number).host or self.host for number in range(len(self.expected_visits)))

    @property
    def repeats(self) -> tuple[bool, ...]:
        """Say of each visit whether it asks for exactly what the one before asked for."""
        numbers = range(len(self.expected_visits))
        each = [(self.pins_at(n), self.hosts[n], self.asked(n).trust, self.asked(n).later) for n in numbers]
        return tuple(n > 0 and each[n] == each[n - 1] for n in numbers)

    def steps_legit(self, witness: Witness) -> tuple[bool, ...]:
        """Say for each step of a witness whether application data may reach it; () where it is absent."""
        if witness == "proxy":
            return (self.proxy.legit,) if self.proxy else ()
        if witness == "mitm":
            if self.proxy and not self.attack:
                return (self.proxy.lets_pass,)
            return tuple(step.is_legit for step in self.attack)
        default = self.has_mitm or not self.must_refuse
        return tuple(default if step.legit is None else step.legit for step in self.present)

    def presented_keys(self, cast: KeyLookup) -> tuple[str, ...]:
        """Give the keys in the forged leaves, without repeats; () where no leaf is shown."""
        if self.has_mitm:
            attacks = [step for step in self.attack if not step.is_legit]
            keys = [str(step.params.get("key", DEFAULT_ATTACK_KEY)) for step in attacks]
        else:
            steps = zip(self.present, self.steps_legit("origin"), strict=True)
            keys = [cast.key_of(step.identity) for step, legit in steps if not legit]
        return tuple(dict.fromkeys(keys))

    def presented_key(self, cast: KeyLookup) -> str | None:
        """Give the key in the first forged leaf, by name: what the repinned control pins."""
        return next(iter(self.presented_keys(cast)), None)

    def repinned(self, cast: KeyLookup) -> tuple[PinRef, ...]:
        """Give the pins of the control "repinned": the attacker's own keys, and ours too if some step is honest."""
        steps = self.steps_legit("mitm") if self.has_mitm else self.steps_legit("origin")
        honest = (self.pins or ()) if any(steps) else ()
        return tuple(dict.fromkeys((*self.presented_keys(cast), *honest)))
