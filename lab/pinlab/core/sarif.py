"""Findings as SARIF 2.1.0 (OASIS), which code hosts and editors show beside the line.

General: a finding is a rule, a level, a sentence and perhaps a place. It judges nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class SarifFinding:
    """One finding; line and column count from 1, 0 where there is none."""

    rule: str
    level: Level
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    fix: str = ""
    """The smallest change that clears it."""


@dataclass(frozen=True, slots=True)
class SarifRule:
    """What a rule is about: a sentence, a readable name if it has one, and how grave it is by default."""

    id: str
    text: str
    name: str = ""
    level: Level | None = None


def document(
    rules: Sequence[SarifRule], findings: Sequence[SarifFinding], *, tool: str, version: str
) -> dict[str, Any]:
    """One run of `tool`. KeyError: a finding names a rule that is none of `rules`."""
    index = {rule.id: number for number, rule in enumerate(rules)}
    driver = {"name": tool, "version": version, "rules": [_described(rule) for rule in rules]}
    results = [_result(index[finding.rule], finding) for finding in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _described(rule: SarifRule) -> dict[str, Any]:
    described: dict[str, Any] = {"id": rule.id, "shortDescription": {"text": rule.text}}
    described |= {"name": rule.name} if rule.name else {}
    return described | ({"defaultConfiguration": {"level": rule.level}} if rule.level else {})


def _result(index: int, finding: SarifFinding) -> dict[str, Any]:
    text = f"{finding.message} Fix: {finding.fix}" if finding.fix else finding.message
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
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
