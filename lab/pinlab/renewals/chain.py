"""The keys of a real chain, from the leaf to its root, and what a renewal did to them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from pinlab.renewals.errors import RenewalError
from pinlab.rotation.plan.certificate_files import spki_pin


@dataclass(frozen=True)
class RenewedChain:
    """The pins of a chain."""

    leaf: str
    intermediates: tuple[str, ...]
    """From the leaf's issuer upwards."""
    root: str


@dataclass(frozen=True)
class RenewalChange:
    """One real renewal: what was asked for, and the chains before and after it."""

    what: str
    """The options of the renewal, and what else was special about it."""
    policy: tuple[str, ...]
    """The options under which the key was renewed, given now or remembered."""
    before: RenewedChain
    after: RenewedChain
    app: str
    """What a real client with a pin for the leaf of before did: "accepted", or why it refused."""

    @property
    def keeps_key(self) -> bool:
        """Say whether the leaf has its old key."""
        return self.before.leaf == self.after.leaf

    @property
    def broken_pins(self) -> tuple[str, ...]:
        """Name the places of the chain where a pin of before matches nothing any more."""
        before, after = self.before, self.after
        shown = {after.leaf, *after.intermediates, after.root}
        places = {"leaf": {before.leaf}, "intermediate": set(before.intermediates), "root": {before.root}}
        return tuple(place for place, pins in places.items() if not pins <= shown)


def chain_of(presented: Sequence[x509.Certificate], roots: Sequence[x509.Certificate]) -> RenewedChain:
    """Give the pins of a presented list and of that root which signed its last certificate."""
    root = next((root for root in roots if _signed(presented[-1], root)), None)
    if root is None:
        raise RenewalError("certbot: the chain that it got ends at none of Pebble's roots")
    leaf, *intermediates = map(spki_pin, presented)
    return RenewedChain(leaf, tuple(intermediates), spki_pin(root))


def _signed(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
