"""Findings as SARIF 2.1.0, for code scanning. https://docs.oasis-open.org/sarif/sarif/v2.1.0/

One run, every rule described, one result for each finding at the line of the plan that it speaks of.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pinlab.rotation.answer import Answer, FindingEntry
from pinlab.rotation.findings import Rule, Severity
from pinlab.rotation.linter import all_rules

VERSION = "2.1.0"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVEL: dict[Severity, str] = {"error": "error", "warning": "warning", "information": "note"}


def sarif_log(made: Answer, plan: Path) -> str:
    """Give the log as JSON text; `plan` is the file that the results point into."""
    rules = all_rules()
    index = {rule.id: number for number, rule in enumerate(rules)}
    lines = plan.read_text(encoding="utf-8").splitlines()
    run = {
        "tool": {"driver": {"name": "pinlab", "rules": [_described(rule) for rule in rules]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, index[one.rule], plan, lines) for one in made.findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": VERSION, "runs": [run]}, indent=2) + "\n"


def _described(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
    }


def _result(finding: FindingEntry, index: int, plan: Path, lines: list[str]) -> dict[str, Any]:
    place = {
        "artifactLocation": {"uri": plan.as_uri() if plan.is_absolute() else quote(plan.as_posix())},
        "region": {"startLine": _line(finding.where, lines)},
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVEL[finding.severity],
        "message": {"text": f"{finding.where}: {finding.message}. Fix: {finding.fix}."},
        "locations": [{"physicalLocation": place}],
    }


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
