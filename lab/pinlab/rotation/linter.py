"""The linter: every rule over one plan, the gravest findings first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pinlab.rotation.findings import RULES, SEVERITIES, Finding, Rule
from pinlab.rotation.rules import (
    apps,
    authorities,
    calendar,
    cut_over,
    keys,
    lists,
    pins,
    plan_sense,
    rehearsal,
)
from pinlab.rotation.scene import Scene

MODULES = (pins, keys, cut_over, calendar, authorities, apps, lists, plan_sense, rehearsal)
"""Where the rules are; importing them registers the rules."""


def all_rules() -> tuple[Rule, ...]:
    """Give every rule, by id."""
    return tuple(RULES[name] for name in sorted(RULES))


def lint(scene: Scene) -> tuple[Finding, ...]:
    """Give every finding about a plan: errors first, then by rule."""
    found = [finding for rule in all_rules() for finding in _joined(rule.apply(scene))]
    return gravest_first(found)


def gravest_first(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings: errors first, then by rule."""
    return tuple(sorted(found, key=lambda one: (SEVERITIES.index(one.severity), one.rule)))


def _joined(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Say once what one change clears in several places: a fleet of twenty nodes is one finding."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for one in findings:
        alike = one.where.startswith("node ")
        groups.setdefault((one.fix, "node" if alike else one.message), []).append(one)
    for members in groups.values():
        first = members[0]
        others = [name for name in dict.fromkeys(one.where for one in members) if name != first.where]
        said = f"{first.message}; likewise {', '.join(others)}" if others else first.message
        yield replace(first, message=said)
