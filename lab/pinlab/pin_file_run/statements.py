"""What a pin file says, one connection each: this chain, shown for this host, ends so. Pure.

What is right follows from the rules of the file's own library (pins/semantics.py), never from a client.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from pinlab.pin_file_run.hosts import asked
from pinlab.pin_file_run.substitute_keys import (
    ISSUER,
    SPARE,
    UNPINNED,
    Object,
    SubstituteKey,
    places,
    substitutes,
)
from pinlab.pins.chain import CertificateChain, Link
from pinlab.pins.decide import Decision, PinOutcome, decide
from pinlab.pins.hosts import select
from pinlab.pins.model import HostPins, PinSet, Role
from pinlab.pins.semantics import LIBRARIES

Dates = Literal["as_written", "past", "ahead"]
GETS_PINS = "a client that gets its pins for each host"
PAST, AHEAD = datetime.timedelta(days=-2), datetime.timedelta(days=365)
"""Where the lab moves the date of a set to, from today: clear of every time zone."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that the file says. `leaf` and `ca` are names of substitute keys, UNPINNED or ISSUER."""

    host: str
    entry: HostPins | None
    """The pins that the library uses for the host; None: it uses none."""
    leaf: str
    ca: str
    about: str
    """What is shown, a clause."""
    decision: Decision
    pins: tuple[str, ...]
    """Substitute keys of the entry, for a client that gets its pins for each host."""
    repinned: tuple[tuple[str, str], ...] = ()
    """For the control: whose pin is replaced by which certificate, so that this very chain must be accepted."""
    dates: Dates = "as_written"
    only_by_file: str = ""
    """Why a client that gets its pins for each host cannot be asked; empty where it can."""

    @property
    def refused(self) -> bool:
        """Whether the client must refuse."""
        return self.decision.outcome == PinOutcome.REFUSED

    @property
    def shown(self) -> str:
        """What is shown, in a word: a pinned key as the leaf's, or that of its issuer alone."""
        if self.ca == ISSUER:
            return self.leaf
        return f"{self.leaf}_under_{self.ca}" if self.leaf != UNPINNED or self.refused else self.ca

    @property
    def identity(self) -> str:
        """The name of what is shown."""
        return self.leaf if self.ca == ISSUER else f"{self.leaf}_under_{self.ca}"


class StatementReader:
    """Reads statements off one pin set."""

    def __init__(self, pinset: PinSet, now: datetime.datetime) -> None:
        """`now` carries its time zone."""
        self._pinset, self._now = pinset, now
        self.substitutes = substitutes(pinset.hosts)
        self.mute: list[str] = []
        """What the file says and no connection can show, a sentence each."""

    def statements(self) -> list[Statement]:
        """All of them, host by host; of a host with a date also the other side of the date."""
        found: list[Statement] = []
        for host in asked(self._pinset):
            entry = select(self._pinset, host)
            if entry is None:
                found.append(self._open(host))
                continue
            if not entry.pins and LIBRARIES[entry.semantics].empty == "refuses":
                self.mute.append(
                    f"{host}: a set without pins refuses everybody, and nothing can prove it right"
                )
                continue
            found += self._provable(list(self._of(host, entry, "as_written")))
            if entry.expires:
                past = entry.expires <= self._now.date()
                found += self._provable(list(self._edge(host, entry, "ahead" if past else "past")))
        return found

    def _provable(self, found: list[Statement]) -> list[Statement]:
        """A refusal proves nothing where no chain can be accepted: such ones are named and left out."""
        if any(statement.decision.outcome == PinOutcome.ACCEPTED for statement in found):
            return found
        self.mute += [
            f"{statement.host}: no chain is accepted that differs from {statement.about}"
            for statement in found
            if statement.refused
        ]
        return [statement for statement in found if not statement.refused]

    def _open(self, host: str) -> Statement:
        why = Decision(PinOutcome.NOT_PINNED, "no entry of the file is for this host")
        return Statement(host, None, UNPINNED, ISSUER, "any key that ordinary validation accepts", why, ())

    def _of(self, host: str, entry: HostPins, dates: Dates) -> Iterator[Statement]:
        first = {(leaf, ca): about for leaf, ca, about in reversed(list(self._shown(entry)))}
        for (leaf, ca), about in reversed(first.items()):
            yield self._statement(host, entry, leaf, ca, about, dates)

    def _edge(self, host: str, entry: HostPins, dates: Dates) -> Iterator[Statement]:
        """Behind its date, or before it: one chain with a pin and the one without are enough."""
        moved = replace(entry, expires=(self._now + (PAST if dates == "past" else AHEAD)).date())
        shown = list(self._shown(moved))
        chosen = [shown[0], next((pair for pair in shown if pair[:2] == (UNPINNED, ISSUER)), shown[-1])]
        for leaf, ca, about in dict.fromkeys(chosen):
            yield self._statement(host, moved, leaf, ca, about, dates)

    def _statement(
        self, host: str, entry: HostPins, leaf: str, ca: str, about: str, dates: Dates
    ) -> Statement:
        decision = decide(entry, self._chain(leaf, ca), self._now)
        good = tuple(dict.fromkeys(self._in(pin.object).name for pin in entry.pins if not pin.rejected))
        repinned = self._repinned(entry, leaf, ca) if decision.outcome == PinOutcome.REFUSED else ()
        only = self._only_by_file(entry)
        return Statement(host, entry, leaf, ca, about, decision, good, repinned, dates, only)

    def _in(self, pin: Object) -> SubstituteKey:
        return self.substitutes[pin]

    def _shown(self, entry: HostPins) -> Iterator[tuple[str, str, str]]:
        """(leaf, CA, what it is) of every chain that the entry says something about."""
        good = [(n, pin) for n, pin in enumerate(entry.pins, 1) if not pin.rejected]
        leaves = [(n, self._in(pin.object)) for n, pin in good if places(pin, entry)[0]]
        cas = [(n, self._in(pin.object)) for n, pin in good if places(pin, entry)[1]]
        both = _wants_both(entry)
        leaf = leaves[0][1].name if both else UNPINNED
        ca = cas[0][1].authority if both else ISSUER
        for number, substitute in leaves:
            yield substitute.name, ca, f"the key of pin {number}, as the leaf's"
        for number, substitute in cas:
            if (leaf, substitute.authority) != (leaves[0][1].name if leaves else "", ca):
                yield leaf, substitute.authority, f"the key of pin {number}, as its issuer's"
        if both:
            yield leaf, ISSUER, "a pinned leaf below an issuer that no pin is of"
            yield UNPINNED, ca, "a leaf that no pin is of below a pinned issuer"
        yield from self._rejected(entry, leaves[0][1].name if leaves else UNPINNED, ca if both else ISSUER)
        yield UNPINNED, ISSUER, "another key of the same CA, which no pin is of"

    def _rejected(self, entry: HostPins, leaf: str, ca: str) -> Iterator[tuple[str, str, str]]:
        for number, pin in enumerate(entry.pins, 1):
            if pin.rejected and places(pin, entry)[1]:
                yield (
                    leaf,
                    self._in(pin.object).authority,
                    f"a pinned leaf below the rejected key of pin {number}",
                )
            elif pin.rejected:
                yield self._in(pin.object).name, ca, f"the rejected key of pin {number}, as the leaf's"

    def _chain(self, leaf: str, ca: str) -> CertificateChain:
        """A chain whose certificates have the very hashes by which their substitute keys are pinned."""
        by_name = {entry.name: entry for entry in self.substitutes.values()}
        by_authority = {entry.authority: entry for entry in self.substitutes.values() if entry.as_ca}
        links = [by_name.get(leaf), by_authority.get(ca), None]
        return CertificateChain("", tuple(Link("", (link.pin.object,) if link else ()) for link in links))

    def _repinned(self, entry: HostPins, leaf: str, ca: str) -> tuple[tuple[str, str], ...]:
        """Replace as few pins as make this chain acceptable, so that the number of pins stays."""
        identity = leaf if ca == ISSUER else f"{leaf}_under_{ca}"
        good = [pin for pin in entry.pins if not pin.rejected]
        spared = [(self._in(pin.object).name, SPARE) for pin in entry.pins if pin.rejected]
        first = next((pin for pin in good if places(pin, entry)[0]), None)
        found = [(self._in(first.object).name, identity)] if first else []
        if not first or _wants_both(entry):
            tops = [pin for pin in good if pin.role == Role.CA]
            found += [(self._in(pin.object).name, ca) for pin in tops[:1]]
        return (*found, *spared)

    def _only_by_file(self, entry: HostPins) -> str:
        if any(pin.rejected for pin in entry.pins):
            return f"{GETS_PINS} cannot be given rejected keys; hand it {{pin_file}}"
        if _wants_both(entry):
            return f"{GETS_PINS} takes any of them, never two lists; hand it {{pin_file}}"
        return ""


def _wants_both(entry: HostPins) -> bool:
    roles = {pin.role for pin in entry.pins}
    return LIBRARIES[entry.semantics].both_lists and {Role.LEAF, Role.CA} <= roles
