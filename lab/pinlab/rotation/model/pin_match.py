"""Whether the pins of an app match a chain of a plan: the plan's names become hashes, `pins.decide` compares them.

A plan names keys and issuers, so the hash of a name stands for the hash of its key; two names of one key have one hash.
"""

from __future__ import annotations

import datetime
import hashlib
from functools import lru_cache

from pinlab.pins.chain import CertificateChain, Link
from pinlab.pins.decide import PinOutcome, decide
from pinlab.pins.model import HostPins, Kind, Match, Pin, Role, Semantics
from pinlab.rotation.model.chain_building import Chain, spki_of
from pinlab.rotation.plan.apps import AppPins
from pinlab.rotation.plan.model import Plan

ANY_MOMENT = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
"""Expiration is decided by the plan's own clock before pins are compared."""


def is_pinned(plan: Plan, pins: AppPins, chain: Chain) -> bool:
    """Say whether the pins match the chain, by the semantics of their mode."""
    if pins.mode == "cert-hash":
        return _matches(Semantics.CERT_HASH, ((Role.ANY, pins.set),), (chain.certificate,))
    lists = ((Role.ANY, pins.set), (Role.LEAF, pins.leaf), (Role.CA, pins.ca))
    shown = (chain.root,) if pins.mode == "root-store" else chain.names
    return _matches(
        Semantics.APPLE_AND if pins.mode == "apple-and" else Semantics.SPKI_ANY,
        tuple((role, tuple(spki_of(plan, name) for name in names)) for role, names in lists),
        tuple(spki_of(plan, name) for name in shown),
    )


@lru_cache(maxsize=65_536)  # a plan asks the same of each of its releases and nodes
def _matches(
    library: Semantics, lists: tuple[tuple[Role, tuple[str, ...]], ...], shown: tuple[str, ...]
) -> bool:
    kind = Kind.CERTIFICATE if library == Semantics.CERT_HASH else Kind.SPKI
    pins = tuple(Pin(_hash(name), kind, role=role) for role, names in lists for name in names)
    links = tuple(Link(name, ((kind, "sha256", _hash(name)),)) for name in shown)
    decision = decide(HostPins("", Match.EVERY_HOST, pins, library), CertificateChain("", links), ANY_MOMENT)
    return decision.outcome == PinOutcome.ACCEPTED


def _hash(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
