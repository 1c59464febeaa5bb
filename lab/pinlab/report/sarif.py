"""Findings as SARIF 2.1.0 (OASIS), which code hosts and editors show beside the line.

General: a finding is a rule, a level, a sentence and perhaps a place. It judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
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
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(rules: list[str], finding: Finding) -> dict[str, Any]:
    text = f"{finding.message} Fix: {finding.fix}" if finding.fix else finding.message
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": finding.level,
        "message": {"text": text},
    }
    if finding.file:
        path = Path(finding.file)
        uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
        location: dict[str, Any] = {"artifactLocation": {"uri": uri}}
        if finding.line:
            location["region"] = {"startLine": finding.line}
            if finding.column:
                location["region"]["startColumn"] = finding.column
        result["locations"] = [{"physicalLocation": location}]
    return result
