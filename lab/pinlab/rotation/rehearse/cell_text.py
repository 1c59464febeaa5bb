"""A cell in a few words, for findings and transcripts."""

from __future__ import annotations

from pinlab.rotation.model.populations import BUILT_IN, MAIN
from pinlab.rotation.model.predict import Cell
from pinlab.rotation.plan.moments import DAY


def place_of(cell: Cell, branch: str = "") -> str:
    """Give a cell in a few words: "c2 on eu-1 at T+9 if compromise K1"."""
    who = [name for name in (cell.stack, cell.state) if name not in (MAIN, BUILT_IN)]
    chain = f" {cell.variant}" if cell.variant else ""
    clock = f", clock {cell.skew / 3600:+g} h" if cell.skew else ""
    by = f" ({', '.join(who)})" if who else ""
    days = round(cell.probe / DAY, 2) + 0.0
    when = f" if {branch}" if branch else ""
    return f"{cell.certificate}{chain} on {cell.node} at T{days:+g}{clock}{by}{when}"
