"""Chains: what a node may show for a certificate, and which paths a client may build.

The first variant of a certificate is the one that the plan names. The others are the paths by way of a cross-
sign and the same leaf under another member of its issuer's pool.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pinlab.rotation.plan.model import Plan

AS_PLANNED = ""
"""The name of the first variant."""


@dataclass(frozen=True)
class Chain:
    """A validated chain, leaf to root."""

    certificate: str
    """The leaf, by its name in the plan."""
    key: str
    """The leaf's key."""
    issuers: tuple[str, ...]
    """The issuers from the leaf's to the root."""
    variant: str = AS_PLANNED
    """What sets it apart: "", "under E7" or "by way of X1"."""

    @property
    def root(self) -> str:
        """Give the trust anchor."""
        return self.issuers[-1]

    @property
    def names(self) -> tuple[str, ...]:
        """Give every name in it that a public-key pin may match."""
        return (self.key, *self.issuers)


def chain_of(plan: Plan, certificate: str) -> Chain:
    """Give the chain of a certificate as the plan names it."""
    entry = plan.certificates[certificate]
    return Chain(certificate, entry.key, _climb(plan, entry.issuer))


def chains_of(plan: Plan, certificate: str) -> tuple[Chain, ...]:
    """Give every chain that may be met for a certificate; the planned one first."""
    return tuple(dict.fromkeys(_variants(plan, certificate)))


def path_of(plan: Plan, issuer: str) -> tuple[str, ...]:
    """Give an issuer and those above it, to its root, as the plan names them."""
    return _climb(plan, issuer)


def matches(plan: Plan, pin: str, name: str) -> bool:
    """Say whether a pin, a name or "sha256/...", is for the key of that name."""
    return pin == name or spki_of(plan, pin) == spki_of(plan, name)


def spki_of(plan: Plan, name: str) -> str:
    """Give the SPKI pin of a key or issuer where the plan knows it, else its name or the literal pin itself."""
    entry = plan.keys.get(name) or plan.issuers.get(name)
    return (entry.spki if entry else None) or name


def _climb(plan: Plan, issuer: str) -> tuple[str, ...]:
    path: list[str] = []
    above: str | None = issuer
    while above is not None and above not in path:  # a circle is the linter's business (ROT040)
        path.append(above)
        above = plan.issuers[above].parent
    return tuple(path)


def _variants(plan: Plan, certificate: str) -> Iterator[Chain]:
    planned = chain_of(plan, certificate)
    yield planned
    first = planned.issuers[0]
    for member in (first, *plan.issuers[first].pool):
        path = _climb(plan, member)
        if member != first:
            yield Chain(certificate, planned.key, path, f"under {member}")
        for depth, issuer in enumerate(path):
            for other in plan.issuers[issuer].cross_signed_by:
                via = (*path[: depth + 1], *_climb(plan, other))
                under = f"under {member} " if member != first else ""
                yield Chain(certificate, planned.key, via, f"{under}by way of {other}")
