"""The linter's findings as text, JSON and SARIF. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pinlab import __version__
from pinlab.core.sarif import Finding, Rule, document
from pinlab.core.text import printable
from pinlab.pins.lint_rules import RULES

SCHEMA = "pinlab.pins-lint/1"


def told(findings: Sequence[Finding], files: int) -> str:
    """One line for each finding as compilers write them, then the change that clears it."""
    lines: list[str] = []
    for one in findings:
        place = ":".join(str(part) for part in (one.file, one.line, one.column) if part)
        lines.append(printable(f"{place}: {one.level} {one.rule}: {one.message}", 600))
        if one.fix:
            lines.append(f"    fix: {one.fix}")
    counted = f"{len(findings)} finding{'s' * (len(findings) != 1)} in {files} file{'s' * (files != 1)}."
    return "\n".join([*lines, counted])


def as_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """All findings for machines."""
    rows = [
        {
            "rule": one.rule,
            "severity": one.level,
            "message": one.message,
            "fix": one.fix,
            "file": one.file,
            "line": one.line or None,
            "column": one.column or None,
        }
        for one in findings
    ]
    return {"schema": SCHEMA, "findings": rows}


def as_sarif(findings: Sequence[Finding]) -> dict[str, Any]:
    """All findings for code hosts."""
    rules = [Rule(name, text) for name, text in RULES.items()]
    return document(rules, findings, tool="pinlab pins lint", version=__version__)
