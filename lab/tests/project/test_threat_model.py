"""The page about threats must stay true: each claim names tests, and each of these exists."""

from __future__ import annotations

import re
from pathlib import Path

from pinlab.core.paths import ROOT

PAGE = ROOT / "lab/docs/threat-model.md"
NAMED = re.compile(r"`([\w./]+\.(?:py|cpp))::([\w.]+)`")
ATTACKERS = ("hostile client", "hostile scenario", "hostile page", "Another user")


def file(name: str) -> Path:
    """The test file of that name."""
    return ROOT / ("lab/tests" if name.endswith(".py") else "servers/tests") / name


def test_every_claim_names_tests_that_exist() -> None:
    named = NAMED.findall(PAGE.read_text(encoding="utf-8"))
    assert len(named) > 40
    missing = []
    for name, test in named:
        text = file(name).read_text(encoding="utf-8")
        suite, _, case = test.partition(".")
        expected = f"def {test}(" if name.endswith(".py") else f"TEST({suite}, {case})"
        missing += [] if expected in text else [f"{name}::{test}"]
    assert missing == []


def test_every_row_has_its_tests() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    heads = [row for row in rows if row.endswith("| Shown by |")]
    assert len(heads) == 5
    assert [row for row in rows if row not in heads and not NAMED.search(row.rsplit("|", 2)[1])] == []


def test_every_attacker_has_a_part() -> None:
    titles = re.findall(r"^## (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert all(any(who in title for title in titles) for who in ATTACKERS)
