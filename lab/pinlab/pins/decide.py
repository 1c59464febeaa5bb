"""Would this library accept this chain by its pins? A pure function of pins, chain and moment.

Ordinary validation (trust, dates, host name) is not judged here.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

from pinlab.pins.chain import CertificateChain
from pinlab.pins.hosts import normal
from pinlab.pins.model import HostPins, Pin, PinSet, Role, Semantics
from pinlab.pins.semantics import LIBRARIES, Library
from pinlab.pins.source import NOWHERE


class PinOutcome(StrEnum):
    """What the pins do to the connection."""

    ACCEPTED = "accepted"
    """A pin matches."""
    NOT_PINNED = "not_pinned"
    """Accepted without comparing a pin: no lock-out, and no protection."""
    REPORT_ONLY = "report_only"
    """No pin matches; the set only reports."""
    REFUSED = "refused"
    CANNOT_START = "cannot_start"
    """The library refuses the configuration itself, so that the app cannot connect at all."""

    @property
    def locks_out(self) -> bool:
        """Whether users of this app could not connect."""
        return self in (PinOutcome.REFUSED, PinOutcome.CANNOT_START)


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome, its reason, the number of the pin (from 1) and of the chain's certificate (0 is the leaf)."""

    outcome: PinOutcome
    why: str
    pin: int | None = None
    link: int | None = None


def decide(pins: HostPins, chain: CertificateChain, at: datetime.datetime) -> Decision:
    """Decide as the library does; `at` carries its time zone."""
    library = LIBRARIES[pins.semantics]
    early = _before_comparing(pins, library, at)
    if early:
        return early
    for number, pin in enumerate(pins.pins, 1):
        index = _matching_link(pin, chain, library) if pin.rejected else None
        if index is not None:
            return _mismatch(
                pins, f"pin {number} is on the list of rejected keys and is {chain.position(index)}"
            )
    if library.both_lists:
        return _both_lists(pins, chain, library)
    return _first_match(pins, chain, library) or _mismatch(pins, _none_matches(library))


LISTS = {Role.CA: "NSPinnedCAIdentities", Role.LEAF: "NSPinnedLeafIdentities", Role.ANY: "either list"}
"""Apple's lists. A pin without a role (in a rotation plan) counts for both."""


def expired(pins: HostPins, at: datetime.datetime) -> bool:
    """Whether the expiration date of the set has begun (UTC; Android uses the time zone of the device)."""
    if pins.expires is None:
        return False
    return at > datetime.datetime.combine(pins.expires, datetime.time.min, tzinfo=datetime.UTC)


def backup(number: int) -> str:
    """The name of a pin in messages: all but the first are backup pins."""
    return "pin 1" if number == 1 else f"backup pin {number}"


def _before_comparing(pins: HostPins, library: Library, at: datetime.datetime) -> Decision | None:
    """The decision, where no hash has to be compared."""
    stopped = _stops(pins, library)
    if stopped:
        return Decision(PinOutcome.CANNOT_START, stopped)
    if not pins.pins:
        if library.empty == "unpinned":
            return Decision(PinOutcome.NOT_PINNED, "the set has no pin, and that switches pinning off")
        return _mismatch(pins, "the set has no pin")
    if library.expiry_opens and expired(pins, at):
        text = f"the set expired on {pins.expires}; {library.title} then accepts every chain"
        return Decision(PinOutcome.NOT_PINNED, text)
    return None


def _stops(pins: HostPins, library: Library) -> str:
    """Why the library refuses this configuration; empty where it accepts it."""
    broken = next((number for number, pin in enumerate(pins.pins, 1) if pin.fault and not pin.builds), None)
    if broken and library.misspelt == "stops":
        return f"pin {broken} is malformed: {pins.pins[broken - 1].fault}"
    different = len({pin.object for pin in pins.pins})
    if pins.enforced and different < library.fewest:
        text = f"{library.title} requires {library.fewest} different pins, this set has {different}"
        return f"{text}: the app stops at its start"
    return ""


def cannot_start(pinset: PinSet) -> Decision | None:
    """The decision for every host, where a fault anywhere in the file stops the app."""
    seen: set[str] = set()
    for entry in pinset.hosts:
        stopped = _stops(entry, LIBRARIES[entry.semantics])
        name = normal(entry.pattern)
        if not stopped and entry.semantics == Semantics.ANDROID_NSC and name in seen:
            stopped = "the domain is in the file twice, and Android refuses the file"
        if stopped:
            where = f" ({entry.spot})" if entry.spot != NOWHERE else ""
            return Decision(PinOutcome.CANNOT_START, f"{entry.shown}{where}: {stopped}")
        seen.add(name)
    return None


def _matching_link(pin: Pin, chain: CertificateChain, library: Library) -> int | None:
    """The first link of the chain that a pin matches and may match."""
    if pin.fault:
        return None
    for index, link in enumerate(chain.links):
        if index and library.leaf_only:
            break
        allowed = pin.role == Role.ANY or (pin.role == Role.LEAF) == (index == 0)
        if allowed and link.matches(pin):
            return index
    return None


def _first_match(pins: HostPins, chain: CertificateChain, library: Library) -> Decision | None:
    for number, pin in enumerate(pins.pins, 1):
        index = None if pin.rejected else _matching_link(pin, chain, library)
        if index is not None:
            text = f"by {backup(number)}, {chain.position(index)}"
            return Decision(PinOutcome.ACCEPTED, text, number, index)
    return None


def _both_lists(pins: HostPins, chain: CertificateChain, library: Library) -> Decision:
    """Apple: each list that is present must match."""
    found: Decision | None = None
    for role, title in LISTS.items():
        listed = [(number, pin) for number, pin in enumerate(pins.pins, 1) if pin.role == role]
        hit = None
        for place, (number, pin) in enumerate(listed, 1):
            index = _matching_link(pin, chain, library)
            if index is not None:
                hit = Decision(
                    PinOutcome.ACCEPTED, f"{backup(place)} of {title}, {chain.position(index)}", number, index
                )
                break
        if listed and hit is None:
            other = "; the other list matches, but both must" if found else ""
            return _mismatch(pins, f"no pin of {title} matches{other}")
        if hit:
            why = f"{found.why}, and by {hit.why}" if found else f"by {hit.why}"
            found = Decision(hit.outcome, why, hit.pin, hit.link)
    return found or _mismatch(pins, "no pin matches")


def _none_matches(library: Library) -> str:
    compared = "the leaf alone is compared" if library.leaf_only else "the whole chain is compared"
    return f"no pin matches ({compared})"


def _mismatch(pins: HostPins, why: str) -> Decision:
    if pins.enforced:
        return Decision(PinOutcome.REFUSED, why)
    return Decision(PinOutcome.REPORT_ONLY, f"{why}; the set only reports")
