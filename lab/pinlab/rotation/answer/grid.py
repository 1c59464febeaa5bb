"""The matrix of an answer: releases down, what they are shown across, what happens when in each field.

Pure; it has every cell of the model, with what was measured of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pinlab.rotation.answer.answer import RehearsalAnswer
from pinlab.rotation.answer.rehearsal_entry import CellEntry
from pinlab.rotation.answer.terminal import percent
from pinlab.rotation.model.populations import BUILT_IN, MAIN
from pinlab.rotation.model.predict import Cell, Forecast
from pinlab.rotation.model.predictions import Prediction
from pinlab.rotation.plan.moments import format_moment

WORDS = {
    Prediction.ACCEPTED_PINNED: "accepted",
    Prediction.ACCEPTED_UNPINNED: "unpinned",
    Prediction.PIN_REFUSED: "LOCKED_OUT by pin",
    Prediction.PKI_REFUSED: "LOCKED_OUT, invalid",
    Prediction.UNKNOWN: "black box",
}
MOST_COLUMNS = 24
"""With more than these, columns in which everybody is accepted are left out."""


@dataclass(frozen=True)
class Field:
    """What happens in one field for one stretch of time."""

    css: str
    """The verdict's letter, in the style sheet."""
    word: str
    why: str
    span: str
    share: str
    """What share of connections it is, where they are not accepted."""
    measured: str
    """"" where nothing was rehearsed; "measured", "not run" or "measured: LOCKED_OUT by pin"."""
    differs: bool


@dataclass(frozen=True)
class GridRow:
    """A kind of client."""

    name: str
    fields: tuple[tuple[Field, ...], ...]


@dataclass(frozen=True)
class Grid:
    """The matrix; `left_out` columns would show nothing but accepted."""

    columns: tuple[tuple[str, str], ...]
    """Node and certificate, with the chain where it is not the planned one."""
    rows: tuple[GridRow, ...]
    left_out: int


def grid_of(made: RehearsalAnswer, prediction: Forecast) -> Grid:
    """Lay out every cell of a prediction, with what was measured of it."""
    measured = _by_content(made)
    table: dict[str, dict[tuple[str, str], list[Cell]]] = {}
    first: dict[tuple[str, str], float] = {}
    for cell in prediction.cells:
        column = _column(cell)
        first[column] = min(first.get(column, cell.start), cell.start)
        table.setdefault(_row(cell), {}).setdefault(column, []).append(cell)
    columns = sorted(first, key=lambda column: first[column])
    shown = columns
    if len(columns) > MOST_COLUMNS:
        shown = [
            column for column in columns if _is_of_interest(row.get(column, []) for row in table.values())
        ]
    rows = tuple(
        GridRow(name, tuple(tuple(_field(cell, measured) for cell in row.get(pair, [])) for pair in shown))
        for name, row in table.items()
    )
    return Grid(tuple(shown), rows, len(columns) - len(shown))


def _is_of_interest(fields: Iterable[list[Cell]]) -> bool:
    return any(cell.verdict is not Prediction.ACCEPTED_PINNED for field in fields for cell in field)


def _row(cell: Cell) -> str:
    who = [cell.app, *(name for name in (cell.stack, cell.state) if name not in (MAIN, BUILT_IN))]
    return ", ".join([*who, f"clock {cell.skew / 3600:+g} h"] if cell.skew else who)


def _column(cell: Cell) -> tuple[str, str]:
    node = " ".join(filter(None, (cell.node, cell.face)))
    return node, " ".join(filter(None, (cell.certificate, cell.variant)))


def _field(cell: Cell, measured: dict[tuple[str, ...], CellEntry]) -> Field:
    entry = measured.get(_content(cell))
    differs = entry is not None and not entry.agrees and entry.measured != "NOT_REHEARSED"
    return Field(
        css="U" if cell.verdict is Prediction.UNKNOWN else cell.verdict.value,
        word=WORDS[cell.verdict],
        why=cell.why.value.replace("_", " "),
        span=f"{format_moment(cell.start)} to {format_moment(cell.until)}",
        share="" if cell.verdict is Prediction.ACCEPTED_PINNED else percent(cell.share),
        measured=_stated(entry),
        differs=differs,
    )


def _stated(entry: CellEntry | None) -> str:
    if entry is None:
        return ""
    if entry.measured == "NOT_REHEARSED":
        return "NOT_REHEARSED"
    return (
        "measured"
        if entry.agrees and entry.predicted != "?"
        else f"measured: {WORDS[Prediction(entry.measured)]}"
    )


def _by_content(made: RehearsalAnswer) -> dict[tuple[str, ...], CellEntry]:
    """Find an entry by what a rehearsal runs once, whatever node shows it."""
    found: dict[tuple[str, ...], CellEntry] = {}
    for cell in made.rehearsal.cells if made.rehearsal else ():
        key = (cell.app, cell.stack, cell.state, cell.certificate, cell.variant, cell.predicted, cell.why)
        if key not in found or found[key].agrees:
            found[key] = cell  # of two nodes that differ in host alone, the one that disagrees is shown
    return found


def _content(cell: Cell) -> tuple[str, ...]:
    who = (cell.app, cell.stack, cell.state)
    return (*who, cell.certificate, cell.variant, cell.verdict.value, cell.why.value)
