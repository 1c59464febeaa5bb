"""A finding, a rule, and the register of rules. A rule is a function from a `Scene` to complaints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from pinlab.rotation.model.rotation_model import RotationModel

Severity = Literal["error", "warning", "information"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "information")
"""The gravest first."""


@dataclass(frozen=True)
class Complaint:
    """What a rule says of one place in a plan."""

    where: str
    """The place: "app 1.0", "node lb-a", "certificate c2"."""
    message: str
    """What is wrong, in a sentence without a full stop."""
    fix: str
    """The smallest change that clears it."""


@dataclass(frozen=True)
class Finding:
    """A complaint under the name of its rule."""

    rule: str
    name: str
    severity: Severity
    where: str
    message: str
    fix: str


Check = Callable[[RotationModel], Iterator[Complaint]]


@dataclass(frozen=True)
class Rule:
    """One rule of the linter."""

    id: str
    name: str
    severity: Severity
    summary: str
    """What it checks."""
    check: Check | None
    """None: only a rehearsal can tell."""

    def apply(self, model: RotationModel) -> Iterator[Finding]:
        """Give its findings about a plan; what one change clears in several places is one."""
        found = dict.fromkeys(self.check(model) if self.check else ())
        yield from (
            self.finding(complaint.where, complaint.message, complaint.fix) for complaint in _joined(found)
        )

    def finding(self, where: str, message: str, fix: str) -> Finding:
        """Give a finding of this rule."""
        return Finding(self.id, self.name, self.severity, where, message, fix)


def _joined(complaints: Iterable[Complaint]) -> Iterator[Complaint]:
    """Say once what one change clears: a fleet of twenty nodes with one fault is one complaint."""
    groups: dict[tuple[str, str], list[Complaint]] = {}
    for complaint in complaints:
        alike = "node" if complaint.where.startswith("node ") else complaint.message
        groups.setdefault((complaint.fix, alike), []).append(complaint)
    for members in groups.values():
        first = members[0]
        others = [name for name in dict.fromkeys(member.where for member in members) if name != first.where]
        message = f"{first.message}; likewise {', '.join(others)}" if others else first.message
        yield replace(first, message=message)


RULES: dict[str, Rule] = {}
"""Every rule by its id; filled by importing the modules of `rules`."""


def rule(identity: str, name: str, severity: Severity, summary: str) -> Callable[[Check], Check]:
    """Register a function as a rule."""

    def register(check: Check) -> Check:
        RULES[identity] = Rule(identity, name, severity, summary, check)
        return check

    return register
