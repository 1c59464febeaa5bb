"""The answer for people at a terminal: what will happen, to which users, what to change and when it is safe.

Readable at 80 columns and without colour.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pinlab.core.enums import ExitStatus
from pinlab.core.text import printable
from pinlab.rotation.answer.answer import FindingEntry, RehearsalAnswer
from pinlab.rotation.answer.rehearsal_terminal import print_rehearsal
from pinlab.rotation.model.populations import BUILT_IN, MAIN
from pinlab.rotation.model.predict import Cell, Forecast
from pinlab.rotation.model.predictions import Prediction
from pinlab.rotation.plan.model import Plan
from pinlab.rotation.plan.moments import DAY, format_date, format_moment

_STYLE = {"error": "bold red", "warning": "yellow", "information": "cyan"}
_WORST = 12
"""So many locked-out cells are shown; the JSON and the page have them all."""
_PLAIN_WIDTH = 100


def print_answer(made: RehearsalAnswer, prediction: Forecast, file: IO[str] | None = None) -> None:
    """Print an answer to `file` (default: stdout)."""
    console = Console(file=file, highlight=False, soft_wrap=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _PLAIN_WIDTH
    console.print(Text(printable(made.plan, 300), style="bold"))
    if made.stage != "lint":
        for line in what_happens(made, prediction.plan):
            console.print(Text(line))
        _print_cells(console, prediction)
        _print_branches(console, made)
        print_rehearsal(console, made)
    _print_findings(console, made)
    if made.stage != "lint":
        _print_steps(console, made)
    if made.exit_status == ExitStatus.INCONCLUSIVE:
        console.print(Text("Some clients are black boxes: only a rehearsal can judge them.", style="yellow"))
    verdict = "passed" if made.gate.passed else f"failed: {'; '.join(made.gate.failed)}"
    console.print(Text(f"Gate {verdict}.", style="" if made.gate.passed else "bold red"))


def what_happens(made: RehearsalAnswer, plan: Plan) -> Iterator[str]:
    """Give the figures as sentences."""
    figures = made.figures
    span = f"{format_moment(plan.start)} to {format_moment(plan.end)}"
    if figures.peak_at is None:
        yield f"No one is locked out from {span}."
    else:
        when = f"{format_moment(figures.peak_at * DAY)} ({format_date(plan.t0, figures.peak_at * DAY)})"
        yield f"LOCKED_OUT: {percent(figures.peak_locked_out)} of connections at the worst, at {when}."
        yield (
            f"{figures.fleet_days:.2f} fleet-days over {span}; "
            f"above 0.1 % for {figures.days_over_0_1_percent:.1f} days; "
            f"{percent(figures.remainder)} still locked out at the end."
        )
    if figures.unpinned_fleet_days:
        yield f"Unpinned: {figures.unpinned_fleet_days:.2f} fleet-days accepted although no pin was in force."


def percent(share: float) -> str:
    """Write a share for people."""
    return f"{share * 100:.1f} %" if share >= 0.001 else f"{share * 100:.2g} %"


def _print_cells(console: Console, prediction: Forecast) -> None:
    hurt = [cell for cell in prediction.planned_cells if cell.verdict is not Prediction.ACCEPTED_PINNED]
    if not hurt:
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for name in ("release", "node", "certificate", "from", "until", "verdict", "why", "up to"):
        table.add_column(name, justify="right" if name == "up to" else "left", overflow="fold")
    for cell in sorted(hurt, key=lambda cell: (cell.start, -cell.peak))[:_WORST]:
        table.add_row(*map(Text, _cell_row(cell)))
    console.print()
    console.print(table)
    if len(hurt) > _WORST:
        console.print(Text(f"  and {len(hurt) - _WORST} more"))


def _cell_row(cell: Cell) -> tuple[str, ...]:
    who = [cell.app, *(name for name in (cell.stack, cell.state) if name not in (MAIN, BUILT_IN))]
    if cell.skew:
        who.append(f"clock {cell.skew / 3600:+g} h")
    where = " ".join(filter(None, (cell.node, cell.face)))
    verdict = (
        "LOCKED_OUT"
        if cell.is_locked_out
        else "UNPINNED"
        if cell.verdict is Prediction.ACCEPTED_UNPINNED
        else "unknown"
    )
    times = (format_moment(cell.start), format_moment(cell.until))
    words = (", ".join(who), where, cell.certificate, *times, verdict, str(cell.why), percent(cell.peak))
    return tuple(printable(word, 60) for word in words)


def _print_branches(console: Console, made: RehearsalAnswer) -> None:
    for entry in made.branches:
        peak = entry.figures.peak_locked_out
        message = (
            f"{percent(peak)} locked out, {entry.figures.fleet_days:.2f} fleet-days"
            if peak
            else "no one locked out"
        )
        console.print(Text(printable(f"If {entry.branch}: {message}.", 200)))


def _print_findings(console: Console, made: RehearsalAnswer) -> None:
    console.print()
    if not made.findings:
        console.print(Text("No findings."))
    for finding in made.findings:
        console.print(_heading(finding))
        for line in (f"{finding.message}.", f"Fix: {finding.fix}."):
            console.print(Padding(Text(printable(line, 600)), (0, 0, 0, 4), expand=False))


def _heading(finding: FindingEntry) -> Text:
    text = Text(f"{finding.severity.upper()} {finding.rule} {finding.name}", style=_STYLE[finding.severity])
    return text.append(f"  {printable(finding.where, 80)}", style="default")


def _print_steps(console: Console, made: RehearsalAnswer) -> None:
    console.print()
    if not made.earliest_safe:
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for name in ("step", "planned", "earliest safe", "", "needs"):
        table.add_column(name, overflow="fold")
    for safe_date in made.earliest_safe:
        earliest = (
            "none" if safe_date.earliest is None else f"T{safe_date.earliest:+g} ({safe_date.earliest_date})"
        )
        planned = f"T{safe_date.planned:+g} ({safe_date.planned_date})"
        words = (safe_date.step, planned, earliest, "safe" if safe_date.safe else "NOT SAFE", safe_date.needs)
        table.add_row(*(Text(printable(word, 200)) for word in words))
    console.print(table)
