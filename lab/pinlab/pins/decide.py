"""Would this library accept this chain by its pins? A pure function of pins, chain and moment.

It knows nothing of ordinary validation: whether the chain is trusted, in time and for the host is for others.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

from pinlab.pins.chain import Chain
from pinlab.pins.hosts import normal
from pinlab.pins.model import NOWHERE, HostPins, Pin, PinSet, Role, Semantics
from pinlab.pins.semantics import LIBRARIES, Library


class Outcome(StrEnum):
    """What the pins do to the connection."""

    ACCEPTED = "accepted"
    """By a pin."""
    NOT_PINNED = "not_pinned"
    """Let through without any pin being asked: no lock-out, and no protection."""
    REPORT_ONLY = "report_only"
    """No pin matches; the set only reports."""
    REFUSED = "refused"
    CANNOT_START = "cannot_start"
    """The library refuses the configuration itself: locked out on every connection."""

    @property
    def locks_out(self) -> bool:
        """Whether users of this app could not connect."""
        return self in (Outcome.REFUSED, Outcome.CANNOT_START)


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome, and what it rests on: the number of the pin (from 1), that of the link (0 is the leaf)."""

    outcome: Outcome
    why: str
    pin: int | None = None
    link: int | None = None


def decide(pins: HostPins, chain: Chain, at: datetime.datetime) -> Decision:
    """Decide as the library does; `at` carries its time zone."""
    library = LIBRARIES[pins.semantics]
    early = _before_comparing(pins, library, at)
    if early:
        return early
    for number, pin in enumerate(pins.pins, 1):
        met = _met(pin, chain, library) if pin.rejected else None
        if met is not None:
            return _mismatch(
                pins, f"pin {number} is on the list of rejected keys and is {chain.position(met)}"
            )
    if library.both_lists:
        return _both_lists(pins, chain, library)
    return _first_match(pins, chain, library) or _mismatch(pins, _none_matches(library))


LISTS = {Role.CA: "NSPinnedCAIdentities", Role.LEAF: "NSPinnedLeafIdentities", Role.ANY: "either list"}
"""Apple's lists; a pin of a plan that does not say which is taken for one that stands in both."""


def expired(pins: HostPins, at: datetime.datetime) -> bool:
    """Whether the date of the set has begun (UTC; Android means midnight of the device's own time zone)."""
    if pins.expires is None:
        return False
    return at > datetime.datetime.combine(pins.expires, datetime.time.min, tzinfo=datetime.UTC)


def backup(number: int) -> str:
    """Pin 1 is the pin; what follows are backups."""
    return "pin 1" if number == 1 else f"backup pin {number}"


def _before_comparing(pins: HostPins, library: Library, at: datetime.datetime) -> Decision | None:
    """Everything that ends the matter before a hash is compared."""
    stopped = _stops(pins, library)
    if stopped:
        return Decision(Outcome.CANNOT_START, stopped)
    different = len({pin.object for pin in pins.pins})
    if pins.enforced and different < library.fewest:
        text = f"{library.title} wants {library.fewest} different pins, this set has {different}"
        return Decision(Outcome.NOT_PINNED, f"{text} and is ignored")
    if not pins.pins:
        if library.empty == "unpinned":
            return Decision(Outcome.NOT_PINNED, "the set holds no pin, and that switches pinning off")
        return _mismatch(pins, "the set holds no pin")
    if library.expiry_opens and expired(pins, at):
        text = f"the set expired on {pins.expires}; {library.title} then lets everything through"
        return Decision(Outcome.NOT_PINNED, text)
    return None


def _stops(pins: HostPins, library: Library) -> str:
    """Why the library does not even take these pins; empty where it does."""
    broken = next((number for number, pin in enumerate(pins.pins, 1) if pin.fault and not pin.builds), None)
    if broken and library.misspelt == "stops":
        return f"pin {broken} is malformed: {pins.pins[broken - 1].fault}"
    different = len({pin.object for pin in pins.pins})
    if pins.enforced and different < library.fewest:
        text = f"{library.title} wants {library.fewest} different pins, this set has {different}"
        return f"{text}: the app stops at its start"
    return ""


def cannot_start(pinset: PinSet) -> Decision | None:
    """What stops the app whatever the host: one fault anywhere in its file."""
    seen: set[str] = set()
    for entry in pinset.hosts:
        stopped = _stops(entry, LIBRARIES[entry.semantics])
        name = normal(entry.pattern)
        if not stopped and entry.semantics == Semantics.ANDROID_NSC and name in seen:
            stopped = "the domain stands in the file twice, and Android refuses the file"
        if stopped:
            where = f" ({entry.spot})" if entry.spot != NOWHERE else ""
            return Decision(Outcome.CANNOT_START, f"{entry.shown}{where}: {stopped}")
        seen.add(name)
    return None


def _met(pin: Pin, chain: Chain, library: Library) -> int | None:
    """The first link that a pin may and does match."""
    if pin.fault:
        return None
    for index, link in enumerate(chain.links):
        if index and library.leaf_only:
            break
        allowed = pin.role == Role.ANY or (pin.role == Role.LEAF) == (index == 0)
        if allowed and link.meets(pin):
            return index
    return None


def _first_match(pins: HostPins, chain: Chain, library: Library) -> Decision | None:
    for number, pin in enumerate(pins.pins, 1):
        index = None if pin.rejected else _met(pin, chain, library)
        if index is not None:
            text = f"by {backup(number)}, {chain.position(index)}"
            return Decision(Outcome.ACCEPTED, text, number, index)
    return None


def _both_lists(pins: HostPins, chain: Chain, library: Library) -> Decision:
    """Apple: each list that is given must match by itself."""
    found: Decision | None = None
    for role, title in LISTS.items():
        listed = [(number, pin) for number, pin in enumerate(pins.pins, 1) if pin.role == role]
        hit = None
        for place, (number, pin) in enumerate(listed, 1):
            met = _met(pin, chain, library)
            if met is not None:
                hit = Decision(
                    Outcome.ACCEPTED, f"{backup(place)} of {title}, {chain.position(met)}", number, met
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
        return Decision(Outcome.REFUSED, why)
    return Decision(Outcome.REPORT_ONLY, f"{why}; the set only reports")
