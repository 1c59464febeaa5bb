"""The linter's findings as text, JSON and SARIF. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pinlab import __version__
from pinlab.core.sarif import SarifFinding, SarifRule, document
from pinlab.core.text import printable
from pinlab.pins.lint_rules import RULES

SCHEMA = "pinlab.pins-lint/1"


def render(findings: Sequence[SarifFinding], files: int) -> str:
    """A line for each finding in the form of compiler messages, then its fix."""
    lines: list[str] = []
    for finding in findings:
        place = ":".join(str(part) for part in (finding.file, finding.line, finding.column) if part)
        lines.append(printable(f"{place}: {finding.level} {finding.rule}: {finding.message}", 600))
        if finding.fix:
            lines.append(f"    fix: {finding.fix}")
    counted = f"{len(findings)} finding{'s' * (len(findings) != 1)} in {files} file{'s' * (files != 1)}."
    return "\n".join([*lines, counted])


def as_json(findings: Sequence[SarifFinding]) -> dict[str, Any]:
    """All findings as JSON."""
    rows = [
        {
            "rule": finding.rule,
            "severity": finding.level,
            "message": finding.message,
            "fix": finding.fix,
            "file": finding.file,
            "line": finding.line or None,
            "column": finding.column or None,
        }
        for finding in findings
    ]
    return {"schema": SCHEMA, "findings": rows}


def as_sarif(findings: Sequence[SarifFinding]) -> dict[str, Any]:
    """All findings as SARIF, for code hosts."""
    rules = [SarifRule(name, text) for name, text in RULES.items()]
    return document(rules, findings, tool="pinlab pins lint", version=__version__)
