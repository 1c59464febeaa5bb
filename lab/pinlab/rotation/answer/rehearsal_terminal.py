"""What a rehearsal came to, for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pinlab.core.text import printable
from pinlab.rotation.answer.answer import RehearsalAnswer
from pinlab.rotation.answer.rehearsal_entry import CellEntry
from pinlab.rotation.model.populations import BUILT_IN, MAIN
from pinlab.rotation.plan.moments import DAY, format_moment

_MOST = 12
"""So many cells are shown; the JSON and the page have them all."""


def print_rehearsal(console: Console, made: RehearsalAnswer) -> None:
    """Print what was measured, first the cells that are not as predicted."""
    if made.rehearsal is None:
        return
    console.print()
    for line in summary(made):
        console.print(Text(printable(line, 300)))
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for name in ("release", "node", "certificate", "at", "predicted", "measured", ""):
        table.add_column(name, overflow="fold")
    cells = sorted(made.rehearsal.cells, key=lambda cell: (cell.agrees, cell.measured == "NOT_REHEARSED"))
    for cell in cells[:_MOST]:
        shown = " ".join(filter(None, (cell.certificate, cell.variant, cell.branch and f"if {cell.branch}")))
        words = (release_of(cell), cell.node, shown)
        mark = "" if cell.agrees else "not run" if cell.measured == "NOT_REHEARSED" else "DIFFERS"
        table.add_row(
            *(Text(printable(word, 60)) for word in words),
            *(format_moment(cell.at * DAY), cell.predicted, cell.measured, mark),
        )
    console.print(table)
    if len(cells) > _MOST:
        console.print(Text(f"  and {len(cells) - _MOST} more"))


def summary(made: RehearsalAnswer) -> Iterator[str]:
    """Give the rehearsal in sentences."""
    assert made.rehearsal is not None
    cells, run = made.cells, made.rehearsal
    yield (
        f"Rehearsed with {run.client}: {run.connections} real connections, {cells.measured} cells measured, "
        f"{cells.differing} not as predicted, {cells.not_rehearsed} NOT_REHEARSED."
    )
    guards = [control for control in run.controls if control.must_refuse]
    held = sum(guard.end in ("pin", "pkix") for guard in guards)
    if guards:
        yield f"Negative controls: {held} of {len(guards)} attackers were refused."


def release_of(cell: CellEntry) -> str:
    """Give a release with its stack and the state of its pin list."""
    return ", ".join([cell.app, *(name for name in (cell.stack, cell.state) if name not in (MAIN, BUILT_IN))])
