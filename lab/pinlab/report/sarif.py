"""Findings as SARIF 2.1.0 (OASIS), which code hosts and editors show beside the line.

General: a finding is a rule, a level, a sentence and perhaps a place. It judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; line and column count from 1, 0 where there is none."""

    rule: str
    level: Level
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    fix: str = ""
    """The smallest change that clears it."""


def document(
    rules: Mapping[str, str], findings: Sequence[Finding], *, tool: str, version: str
) -> dict[str, Any]:
    """One run of `tool`; `rules` says in one sentence each what the rules are about."""
    driver = {
        "name": tool,
        "version": version,
        "rules": [{"id": name, "shortDescription": {"text": text}} for name, text in rules.items()],
    }
    results = [_result(list(rules), finding) for finding in findings]
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _result(rules: list[str], finding: Finding) -> dict[str, Any]:
    text = f"{finding.message} Fix: {finding.fix}" if finding.fix else finding.message
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": finding.level,
        "message": {"text": text},
    }
    if finding.file:
        location: dict[str, Any] = {"artifactLocation": {"uri": quote(finding.file)}}
        if finding.line:
            location["region"] = {"startLine": finding.line}
            if finding.column:
                location["region"]["startColumn"] = finding.column
        result["locations"] = [{"physicalLocation": location}]
    return result
