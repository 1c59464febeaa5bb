"""A plan's findings as SARIF 2.1.0, for code scanning: one at each line of the plan that it speaks of."""

from __future__ import annotations

import json
import re
from pathlib import Path

from pinlab import __version__
from pinlab.core.sarif import Level, SarifFinding, SarifRule, document
from pinlab.rotation.answer.answer import FindingEntry, RehearsalAnswer
from pinlab.rotation.lint.finding import Severity
from pinlab.rotation.lint.linter import all_rules

_LEVEL: dict[Severity, Level] = {"error": "error", "warning": "warning", "information": "note"}


def sarif_log(made: RehearsalAnswer, plan: Path) -> str:
    """Give the log as JSON text; `plan` is the file that the results point into."""
    lines = plan.read_text(encoding="utf-8").splitlines()
    rules = [SarifRule(rule.id, rule.summary, rule.name, _LEVEL[rule.severity]) for rule in all_rules()]
    findings = [_finding(finding, plan, lines) for finding in made.findings]
    return json.dumps(document(rules, findings, tool="pinlab", version=__version__), indent=2) + "\n"


def _finding(finding_entry: FindingEntry, plan: Path, lines: list[str]) -> SarifFinding:
    message, line = f"{finding_entry.where}: {finding_entry.message}.", _line(finding_entry.where, lines)
    return SarifFinding(
        finding_entry.rule,
        _LEVEL[finding_entry.severity],
        message,
        str(plan),
        line,
        fix=f"{finding_entry.fix}.",
    )


def _line(where: str, lines: list[str]) -> int:
    """Find the line that a finding speaks of, `[kind.name]` or `id = "name"`; else the first."""
    kind, _, rest = where.partition(" ")
    name = re.split(r"[ ,(]", rest, maxsplit=1)[0]
    heading = re.compile(rf'^\[{re.escape(kind)}s\."?{re.escape(name)}"?\]|^id = "{re.escape(rest or name)}"')
    short = re.compile(rf'^id = "{re.escape(name)}"')
    for pattern in (heading, short):
        for number, line in enumerate(lines, 1):
            if name and pattern.match(line):
                return number
    return 1
