"""Writes down what a program of a case was told; it stays for as long as the case's folder does."""

from __future__ import annotations

import json
from pathlib import Path


def note(path: Path, facts: object) -> None:
    """Write `facts` as JSON on one line: with an indent Python's slow encoder does it. See kept.py."""
    path.write_text(json.dumps(facts), encoding="utf-8")
