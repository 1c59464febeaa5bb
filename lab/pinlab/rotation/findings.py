"""A finding, a rule, and the register of rules. A rule is a function from a `Scene` to complaints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from pinlab.rotation.scene import Scene

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


Check = Callable[[Scene], Iterator[Complaint]]


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

    def apply(self, scene: Scene) -> Iterator[Finding]:
        """Give its findings about a plan, each once."""
        for one in dict.fromkeys(self.check(scene) if self.check else ()):
            yield self.finding(one.where, one.message, one.fix)

    def finding(self, where: str, message: str, fix: str) -> Finding:
        """Give a finding of this rule."""
        return Finding(self.id, self.name, self.severity, where, message, fix)


RULES: dict[str, Rule] = {}
"""Every rule by its id; filled by importing the modules of `rules`."""


def rule(identity: str, name: str, severity: Severity, summary: str) -> Callable[[Check], Check]:
    """Register a function as a rule."""

    def register(check: Check) -> Check:
        RULES[identity] = Rule(identity, name, severity, summary, check)
        return check

    return register
