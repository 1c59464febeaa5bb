"""A plan's findings as SARIF 2.1.0, for code scanning: one at each line of the plan that it speaks of."""

from __future__ import annotations

import json
import re
from pathlib import Path

from pinlab import __version__
from pinlab.core.sarif import Finding, Level, Rule, document
from pinlab.rotation.answer.answer import Answer, FindingEntry
from pinlab.rotation.lint.finding import Severity
from pinlab.rotation.lint.linter import all_rules

_LEVEL: dict[Severity, Level] = {"error": "error", "warning": "warning", "information": "note"}


def sarif_log(made: Answer, plan: Path) -> str:
    """Give the log as JSON text; `plan` is the file that the results point into."""
    lines = plan.read_text(encoding="utf-8").splitlines()
    rules = [Rule(one.id, one.summary, one.name, _LEVEL[one.severity]) for one in all_rules()]
    findings = [_finding(one, plan, lines) for one in made.findings]
    return json.dumps(document(rules, findings, tool="pinlab", version=__version__), indent=2) + "\n"


def _finding(one: FindingEntry, plan: Path, lines: list[str]) -> Finding:
    message, line = f"{one.where}: {one.message}.", _line(one.where, lines)
    return Finding(one.rule, _LEVEL[one.severity], message, str(plan), line, fix=f"{one.fix}.")


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
