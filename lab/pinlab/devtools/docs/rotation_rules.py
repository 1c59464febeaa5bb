"""The page lab/docs/rotation-reference.md: every rule, and what the forty plans that ship come to.

`python -m pinlab.devtools.docs.rotation_rules` writes it; a test checks that it is current. Never edited by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pinlab.core.paths import ROOT
from pinlab.rotation.answer.answer import answer
from pinlab.rotation.lint.linter import all_rules
from pinlab.rotation.plan.file import read_plan

PAGE = ROOT / "lab" / "docs" / "rotation-reference.md"
PLANS = ROOT / "lab" / "rotation" / "plans"
_HEAD = """# Rotation: rules and scenarios

Made by `python -m pinlab.devtools.docs.main` from the rules and the plans in `lab/rotation/plans`.
`pinlab rehearse PLAN` answers a plan: what it does to the users of a pinned app, what is wrong with it,
and when each step is safe.

## Rules

An error fails the gate; a warning does with `fail_on = "warning"`. ROT090 to ROT092 need a rehearsal with
connections.

| Rule | Name | Severity | Checks |
|---|---|---|---|
"""
_SCENARIOS = """
## The forty scenarios

Each is a plan that runs: `pinlab rehearse lab/rotation/plans/S04-cut-over-too-soon.toml`. Shares are of
connections, over the plan's window; a fleet-day is the whole fleet out for a day.

| Plan | Peak locked out | Fleet-days | Days above 0.1 % | Unpinned fleet-days | Findings |
|---|---|---|---|---|---|
"""


def page() -> str:
    """Give the text of the page."""
    rules = "".join(
        f"| {rule.id} | {rule.name} | {rule.severity} | {rule.summary} |\n" for rule in all_rules()
    )
    return _HEAD + rules + _SCENARIOS + "".join(_rows())


def _rows() -> Iterator[str]:
    for path in sorted(PLANS.glob("S*.toml")):
        made, _ = answer(read_plan(path), "model")
        figures = made.figures
        rules = " ".join(dict.fromkeys(sorted(finding.rule for finding in made.findings))) or "none"
        numbers = (
            f"{figures.peak_locked_out * 100:.1f} %",
            f"{figures.fleet_days:.2f}",
            f"{figures.days_over_0_1_percent:.1f}",
            f"{figures.unpinned_fleet_days:.2f}",
        )
        yield f"| [{made.plan}](../rotation/plans/{path.name}) | {' | '.join(numbers)} | {rules} |\n"


def main() -> None:
    """Write the page."""
    Path(PAGE).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
