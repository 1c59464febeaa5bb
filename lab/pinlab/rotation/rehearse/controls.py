"""Negative controls: what a client that pins must refuse, once for each pin set that a release has. Pure.

Without them a client that does not pin at all passes every rotation. A refusal proves pinning only where
ordinary validation would have accepted, so the attacker's root is among the trusted ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pinlab.rotation.rehearse.exposures import Exposure, Shown
from pinlab.rotation.rehearse.names import ATTACKER
from pinlab.rotation.rehearse.readings import Reading

STRANGER = "a key that is not pinned, under a CA that the client trusts"
SMUGGLED = "such a key and the pinned certificates sent along, unverified"


@dataclass(frozen=True)
class PinGuard:
    """What decides whether pinning is in force: a client, its pins, its store and the host."""

    client: str | None
    host: str
    pins: tuple[str, ...] | None
    store: tuple[str, ...] | None
    """The roots of a client that trusts no others; None: it trusts the attacker's too."""
    black_box: bool

    @classmethod
    def of(cls, exposure: Exposure) -> PinGuard:
        """Give the guard of a connection."""
        own = exposure.pins is None and ATTACKER not in exposure.trust
        return cls(
            exposure.client, exposure.host, exposure.pins, exposure.trust if own else None, exposure.black_box
        )

    @property
    def is_expected(self) -> bool:
        """Say whether an attacker must be refused."""
        return self.pins is not None or self.store is not None


def in_force(guard: PinGuard, readings: Iterable[Reading]) -> tuple[bool | None, str]:
    """Say whether pinning is in force by how the controls ended, None where that is not known; and why."""
    right = ("pin",) if guard.store is None else ("pin", "pkix")
    unclear = ""
    for reading in readings:
        if reading.end == "accepted":
            return False, reading.cause
        if reading.end not in right:
            unclear = unclear or reading.cause
    return (None if unclear else True), unclear


def controls_of(guard: PinGuard, trust: tuple[str, ...]) -> dict[str, Exposure]:
    """Give the controls of a guard, by what they show. `trust` is the store of one of its connections."""
    made = {STRANGER: _forged(guard, trust, ())}
    baits = tuple(pin for pin in guard.pins or () if not pin.startswith("sha256/"))
    if baits:
        made[SMUGGLED] = _forged(guard, trust, baits)
    return made


def _forged(guard: PinGuard, trust: tuple[str, ...], baits: tuple[str, ...]) -> Exposure:
    shown = Shown(ATTACKER, (ATTACKER,), baits=baits)
    return Exposure(
        guard.client, guard.host, guard.pins, trust, shown, forged=True, black_box=guard.black_box
    )
