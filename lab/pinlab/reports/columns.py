"""Rows of text set in columns, the way rich's own Table sets them.

That one measures and renders each of a run's three thousand cells, a quarter of a second in which the run has
ended and the user waits. Here only a cell that does not fit is handed to rich, which knows where to break it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

NARROWEST = 16
"""A column that folds keeps so many cells, however narrow the page is."""

Cell = tuple[str, str]
"""Text without control characters, and its style."""
_NOTHING: Cell = ("", "")


@dataclass(frozen=True)
class Column:
    """`folds`: its text may go on in the next line; only such columns give way on a narrow page."""

    title: str
    folds: bool = False
    right: bool = False


def set_in_columns(console: Console, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> Text:
    """A header, a rule and the rows, each cell in its column; a row may end early."""
    widths = _widths(console.width, columns, rows)
    lines = list(_row(console, columns, widths, [(column.title, "bold") for column in columns]))
    lines.append(Text("─" * min(console.width, sum(widths) + len(widths) - 1)))
    for row in rows:
        lines += _row(console, columns, widths, row)
    return Text("\n", no_wrap=True, overflow="ignore").join(lines)


def _widths(width: int, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> list[int]:
    """As wide as the widest cell; what is too much is taken from the widest column that folds, bit by bit."""
    widths = [cell_len(column.title) for column in columns]
    for row in rows:
        for number, (text, _) in enumerate(row):
            widths[number] = max(widths[number], cell_len(text))
    folding = [number for number, column in enumerate(columns) if column.folds]
    while sum(widths) + len(widths) - 1 > width:
        widest = max(folding, key=lambda number: widths[number])
        if widths[widest] <= NARROWEST:
            break
        widths[widest] -= 1
    return widths


def _row(
    console: Console, columns: Sequence[Column], widths: Sequence[int], row: Sequence[Cell]
) -> Iterator[Text]:
    """The lines of one row: one, unless a cell folds."""
    folded = [_folded(console, cell, width) for cell, width in zip(row, widths, strict=False)]
    for line in zip_longest(*folded, fillvalue=_NOTHING):
        text = Text()
        for (words, style), column, width in zip(line, columns, widths, strict=False):
            blank = " " * (width - cell_len(words))
            text.append(blank + words if column.right else words + blank, style or None)
            text.append(" ")
        text.rstrip()
        yield text


def _folded(console: Console, cell: Cell, width: int) -> list[Cell]:
    text, style = cell
    if cell_len(text) <= width:
        return [cell]
    return [(line.plain.rstrip(), style) for line in Text(text).wrap(console, width, overflow="fold")]
