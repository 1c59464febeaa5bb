"""The lab's own keys in the place of those that a pin file names: who stands in for which pin. Pure.

No one but their owner holds the keys behind a file's pins, so a client is handed the file with other hashes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pinlab.pins.model import HostPins, Kind, Pin, Role
from pinlab.pins.semantics import LIBRARIES

ISSUER = "issuing"
"""The CA above whatever is pinned as a leaf; no pin is of it."""
UNPINNED = "unpinned"
"""A key that no pin of the file is of, certified by a CA that the client trusts."""
SPARE = "spare"
"""A key that is never shown: what a rejected pin is of in the control that must be accepted."""
Object = tuple[Kind, str, bytes]


@dataclass(frozen=True, slots=True)
class SubstituteKey:
    """What stands in for one pin: the name of its key, and the places of a chain that the pin is tried in."""

    name: str
    pin: Pin
    as_leaf: bool
    as_ca: bool

    @property
    def authority(self) -> str:
        """The name of the CA that carries its key; a pin for CAs alone has no other certificate."""
        return f"ca_{self.name}" if self.as_leaf else self.name

    @property
    def holder(self) -> str:
        """The certificate from which its hash is taken, an identity or a CA."""
        return self.name


def substitutes(entries: Iterable[HostPins]) -> dict[Object, SubstituteKey]:
    """One for each different pin, in the order of the file."""
    found: dict[Object, SubstituteKey] = {}
    for entry in entries:
        for pin in entry.pins:
            leaf, ca = places(pin, entry)
            known = found.get(pin.object)
            name = known.name if known else f"pin_{len(found) + 1}"
            both = (leaf or (known is not None and known.as_leaf), ca or (known is not None and known.as_ca))
            found[pin.object] = SubstituteKey(name, pin, *both)
    return found


def places(pin: Pin, entry: HostPins) -> tuple[bool, bool]:
    """Whether a pin is tried as one of the leaf, and as one of a CA.

    A pin that does not say may be of either; the hash of a whole certificate is taken for the leaf's.
    """
    if LIBRARIES[entry.semantics].leaf_only:
        return True, False
    if pin.role != Role.ANY:
        return pin.role == Role.LEAF, pin.role == Role.CA
    return True, pin.kind != Kind.CERTIFICATE
