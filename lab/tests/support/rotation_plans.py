"""What the tests of rotation plans share: the forty plans, plans as variations of text."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pinlab.core.paths import ROOT
from pinlab.rotation.answer.answer import RehearsalAnswer, answer
from pinlab.rotation.plan.file import plan_from, read_plan
from pinlab.rotation.plan.model import Plan

PLANS = {path.name[:3]: path for path in sorted((ROOT / "lab/rotation/plans").glob("S*.toml"))}
"""The fixture plans by id."""
GOLDEN: dict[str, Any] = tomllib.loads((ROOT / "lab/golden/rotation.toml").read_text(encoding="utf-8"))


@cache
def plan(name: str) -> Plan:
    """Read one of the forty."""
    return read_plan(PLANS[name])


@cache
def answered(name: str) -> RehearsalAnswer:
    """RehearsalAnswer one of the forty."""
    return answer(plan(name))[0]


def varied(name: str, *changes: tuple[str, str]) -> Plan:
    """Give one of the forty with pieces of its text replaced; each must be there."""
    text = PLANS[name].read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return plan_from(tomllib.loads(text), Path(f"{name}.toml"))
