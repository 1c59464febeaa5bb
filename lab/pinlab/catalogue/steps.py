"""What a scenario's witnesses do, one step at a time: what the origin presents, what the attacker tries.

A step is consumed by a complete ClientHello or by a completed exchange, never by an accepted connection.
It refuses to know which kinds of attack exist: that is data, learned from the programs (see kinds.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from pinlab.catalogue.faults import Fault, Surgery
from pinlab.core.durations import Duration, format_duration
from pinlab.core.models import Strict
from pinlab.pki.pins import CertificatePin, PinRef, RawPin

HONEST_KIND = "pass_through"
DEFAULT_ATTACK_KEY = "attacker"
MOST_TIMES = 1_000_000
"""As the witnesses have it (servers/wire/brief.cpp)."""
WELL_FORMED_PIN = re.compile(r"^sha256/[A-Za-z0-9+/]{43}=$")


class Step(Strict):
    """What every step says: how long it lasts, and whether the client may talk to who is behind it."""

    until: Literal["hello", "exchange"] = "hello"
    """What moves on to the next step: one ClientHello, or one completed request and answer."""
    times: int = Field(default=1, ge=1, le=MOST_TIMES)
    """How many of them; the last step repeats for ever."""
    tickets: Literal["bound", "shared", "ids", "none"] = "bound"
    """Which TLS sessions it issues and resumes: those of the same certificates, all (by ticket, id), none."""
    early_data: bool = False
    """Whether its tickets allow early data, and whether it takes early data."""
    legit: bool | None = None
    """Whether application data may reach this step; by default only honest steps."""


class Answer(Strict):
    """What the origin says over HTTP instead of its ordinary 200."""

    status: int = Field(default=200, ge=100, le=599)
    """The status code; 101 accepts a WebSocket and refuses (400) anyone who asked for none."""
    headers: Mapping[str, str] = Field(default_factory=dict)
    """More headers; in a value, {port} is the port that the client asked at, {target} what it asked for."""
    body: str | None = None
    """The body; by default one line with a nonce."""


class PresentStep(Step):
    """One thing that the origin shows."""

    identity: str
    """The name of an identity of the world."""
    answer: Answer | None = None
    """What every request at this step is answered; by default 200."""
    sni: str | None = None
    """The step is for ClientHellos with this name alone: each name has a queue of its own."""
    in_clear: bool = False
    """The ClientHello itself gets the answer, in clear HTTP, as from a port where no one speaks TLS."""
    fault: Fault | None = None
    """How the connection breaks, and at which message."""
    surgery: Surgery | None = None
    """What is changed in the handshake itself; never together with a fault."""


class Proxy(Strict):
    """The proxy that the client must use; such a case runs by way of a proxy, whatever --via says."""

    kind: Literal["connect", "https", "socks5"]
    """CONNECT in clear, CONNECT inside TLS to the proxy, or SOCKS5 without authentication (RFC 1928)."""
    answer: int | None = Field(default=None, ge=0, le=599)
    """How it answers: an HTTP status, or a SOCKS5 reply code; by default it lets the client pass."""
    identity: str | None = None
    """What an "https" proxy shows for itself, the name of an identity; it must be for 127.0.0.1."""
    legit: bool = True
    """Whether the client may talk to the proxy itself."""

    @property
    def lets_pass(self) -> bool:
        """Say whether a client that asks is connected."""
        return self.answer in (None, 0 if self.kind == "socks5" else 200)


class PinSetFacts(Strict):
    """What the client gets to know of its pin set besides the pins."""

    expires: Duration | None = None
    """When the set ends, from the visit on; "-1d" was yesterday."""
    on_expiry: Literal["closed", "open"] = "closed"
    """What its author wants then: no connection at all, or PKI alone."""
    mode: Literal["enforce", "report"] = "enforce"
    """Whether a connection that only the pins refuse is refused, or made and reported."""

    @property
    def words(self) -> str:
        """Say it in a few words."""
        facts = ["report only"] if self.mode == "report" else []
        if self.expires is not None:
            facts.append(f"expires {format_duration(self.expires)}, {self.on_expiry}")
        return ", ".join(facts) or "enforced"


class PinFile(Strict):
    """How the user's own pin file is handed to the client; only runs with --pins have one."""

    dates: Literal["as_written", "past", "ahead"] = "as_written"
    """Whether the dates of its sets stay, or are moved to one side of now."""
    repinned: Mapping[str, str] = Field(default_factory=dict)
    """In the control "repinned": whose pin is replaced by the hash of which identity or CA."""
    only_by_file: str = ""
    """Why a client that does not read the file cannot be asked."""


class AttackStep(Step):
    """One thing that the interceptor does; every key that is not named here is a parameter of the kind."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, str | int | bool]

    kind: str
    """The kind of attack, a file of attacks/kinds; "pass_through" relays and changes nothing."""

    @property
    def params(self) -> dict[str, str | int | bool]:
        """Give the parameters of the kind as written, without the kind's own defaults."""
        return dict(self.__pydantic_extra__ or {})

    @property
    def is_legit(self) -> bool:
        """Say whether the client may talk at this step: as written, else only when the step is honest."""
        return self.kind == HONEST_KIND if self.legit is None else self.legit


def read_pins(written: Any) -> tuple[PinRef, ...] | None:
    """Read the `pins` key: names, tables of raw text or a certificate, [] for none, false for no pinning."""
    if written is False or written is None:
        return None
    if not isinstance(written, list | tuple):
        raise ValueError(
            f"expected a list of names, or false for a client that does not pin, got {written!r}"
        )
    return tuple(_read_pin(entry) for entry in written)


def _read_pin(entry: Any) -> PinRef:
    if isinstance(entry, str | RawPin | CertificatePin):
        return entry
    if isinstance(entry, dict) and set(entry) == {"certificate"} and isinstance(entry["certificate"], str):
        return CertificatePin(certificate=entry["certificate"])
    if isinstance(entry, dict) and set(entry) == {"raw"} and isinstance(entry["raw"], str):
        return RawPin(raw=entry["raw"])
    forms = '{raw = "sha256/..."} or {certificate = "active"}'
    raise ValueError(f"expected the name of a key or CA, or {forms}, got {entry!r}")


Pins = Annotated[
    tuple[PinRef, ...] | None,
    BeforeValidator(read_pins),
    WithJsonSchema(
        {
            "anyOf": [
                {"const": False},
                {
                    "type": "array",
                    "items": {
                        "anyOf": [
                            {"type": "string"},
                            {
                                "type": "object",
                                "properties": {"raw": {"type": "string"}},
                                "required": ["raw"],
                                "additionalProperties": False,
                            },
                            {
                                "type": "object",
                                "properties": {"certificate": {"type": "string"}},
                                "required": ["certificate"],
                                "additionalProperties": False,
                            },
                        ]
                    },
                },
            ],
            "description": "Names of keys or CAs, raw text, or the hash of a certificate as if it "
            "were one of a key; [] is an empty set, false no pinning.",
        }
    ),
]
