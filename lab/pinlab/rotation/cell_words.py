"""A cell in a few words, for findings and stories."""

from __future__ import annotations

from pinlab.rotation.model import Cell
from pinlab.rotation.moments import format_moment
from pinlab.rotation.populations import BUILT_IN, MAIN


def place_of(cell: Cell, branch: str = "") -> str:
    """Give a cell in a few words: "c2 on eu-1 at T+9 if compromise K1"."""
    who = [name for name in (cell.stack, cell.state) if name not in (MAIN, BUILT_IN)]
    chain = f" {cell.variant}" if cell.variant else ""
    clock = f", clock {cell.skew / 3600:+g} h" if cell.skew else ""
    by = f" ({', '.join(who)})" if who else ""
    when = f" if {branch}" if branch else ""
    return f"{cell.certificate}{chain} on {cell.node} at {format_moment(cell.probe)}{clock}{by}{when}"
