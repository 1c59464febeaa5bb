"""Which certificate stands for a pinned key, for clients that pin the hash of a whole certificate.

A pin is a promise about what is genuine, so a key's name means the certificate of the identity of that name,
the one in service. Where an *attack* is shown with the pinned key, the scenario is about another check than the
pin (or it is the control that pins the attacker's key): then the forged certificate is meant, or the pin
would hide that check. The interceptor forges it beforehand and announces its leaf (attacks/rehearsal.h).

Pure: it reads no certificate and starts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinlab.pki.world import World
from pinlab.runner.cases import Case


def foreseen(case: Case, world: World) -> list[str]:
    """What the origin is going to show, as PEM files: the interceptor forges its certificates for them at once."""
    return list(dict.fromkeys(str(world.identity(step.identity).chain) for step in case.present))


def shown_forgeries(case: Case, world: World, prepared: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The SHA-256 of each forged leaf, by the pin of its key; `prepared` says the interceptor."""
    scenario = case.scenario
    legit = scenario.steps_legit("mitm")
    forgeries = {
        str(entry["pin"]): str(entry["cert_sha256"])
        for entry in reversed(prepared)
        if entry["step"] < len(legit) and not legit[entry["step"]]
    }
    steps = zip(case.present, scenario.steps_legit("origin"), strict=True)
    shown = [step for step, honest in steps if not honest]
    for step in sorted(shown, key=lambda step: step.legit is None):  # attacks come first
        forgeries.setdefault(world.leaf_pin(step.identity), world.cert_sha256(step.identity))
    return forgeries
