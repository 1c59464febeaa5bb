"""Which scenarios make up a suite: a dozen for a slow client, those where a pin decides, or all of them.

Membership follows from what a scenario says; its key `suites` only adds. Pure; pytest gets them as marks.
"""

from __future__ import annotations

from collections.abc import Iterable

from pinlab.catalogue.scenario import Scenario
from pinlab.core.enums import Reason, Suite

PINNING_REFS = ("pn-", "sr-")
PINNING_FAMILIES = frozenset(
    {"rogue_ca", "misissued", "smuggled_pin", "rotation", "staging", "session", "sessions", "resumption"}
)
PINNING_WORDS = ("pin", "proxy")
"""A family whose name begins so is about pins or proxies as a whole."""


def suites_of(scenario: Scenario) -> tuple[Suite, ...]:
    """Give the suites of a scenario, the smallest first."""
    member = {Suite.FULL, *(Suite(name) for name in scenario.suites)}
    if _is_about_pinning(scenario):
        member.add(Suite.PINNING)
    return tuple(suite for suite in Suite if suite in member)


def _is_about_pinning(scenario: Scenario) -> bool:
    return (
        scenario.is_pin_only
        or scenario.reason == Reason.CONFIG_INVALID
        or scenario.family in PINNING_FAMILIES
        or scenario.family.startswith(PINNING_WORDS)
        or any(ref.startswith(PINNING_REFS) for ref in scenario.refs)
    )


def members(scenarios: Iterable[Scenario], suite: str) -> tuple[Scenario, ...]:
    """Give those of `scenarios` that belong to a suite, in order. ValueError: there is no such suite."""
    expected = Suite(suite)
    return tuple(scenario for scenario in scenarios if expected in suites_of(scenario))


def default_suite(*, ours: bool, named: bool) -> Suite:
    """Give the suite of a run that names none: all where scenarios are named or the client is our own."""
    return Suite.FULL if ours or named else Suite.PINNING
