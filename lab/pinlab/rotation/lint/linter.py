"""The linter: every rule over one plan, the gravest findings first."""

from __future__ import annotations

from collections.abc import Iterable

from pinlab.rotation.lint.finding import RULES, SEVERITIES, Finding, Rule
from pinlab.rotation.lint.rules import (
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
from pinlab.rotation.model.rotation_model import RotationModel

MODULES = (pins, keys, cut_over, calendar, authorities, apps, lists, plan_sense, rehearsal)
"""Where the rules are; importing them registers the rules."""


def all_rules() -> tuple[Rule, ...]:
    """Give every rule, by id."""
    return tuple(RULES[name] for name in sorted(RULES))


def lint(model: RotationModel) -> tuple[Finding, ...]:
    """Give every finding about a plan: errors first, then by rule."""
    found = [finding for rule in all_rules() for finding in rule.apply(model)]
    return gravest_first(found)


def gravest_first(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings: errors first, then by rule."""
    return tuple(sorted(found, key=lambda finding: (SEVERITIES.index(finding.severity), finding.rule)))
