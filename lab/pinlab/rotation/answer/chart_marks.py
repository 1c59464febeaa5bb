"""Steps of a plan on its chart: a line for each, and labels in rows above it that do not overlap. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pinlab.rotation.answer.answer import RehearsalAnswer
from pinlab.rotation.plan.moments import DAY, format_moment

MOST_ROWS = 6
_LETTER = 7.0
"""The width of a letter, on the wide side."""
_GAP = 14.0


@dataclass(frozen=True)
class Mark:
    """A step. `kind` is its class in the style sheet: release, cut-over or safe."""

    kind: str
    time: float
    label: str


@dataclass(frozen=True)
class Placed:
    """A mark with its place. `row` counts from the plot upwards; None: there is no room for its label."""

    mark: Mark
    x: float
    row: int | None
    leftwards: bool


def marks_of(made: RehearsalAnswer) -> Iterator[Mark]:
    """Give each step, and the safe date of one that is planned too early."""
    for step in made.earliest_safe:
        kind = "release" if step.step.startswith("release ") else "cut-over"
        yield Mark(kind, step.planned * DAY, f"{step.step} {format_moment(step.planned * DAY)}")
        if not step.safe and step.earliest is not None and step.earliest > step.planned:
            yield Mark(
                "safe", step.earliest * DAY, f"{step.step} is safe {format_moment(step.earliest * DAY)}"
            )


def placed(marks: Sequence[tuple[Mark, float]], right: float) -> list[Placed]:
    """Give each mark, with its x, a row for its label; the rows fill from below."""
    taken: list[list[tuple[float, float]]] = [[] for _ in range(MOST_ROWS)]
    found = []
    for mark, x in sorted(marks, key=lambda mark: mark[1]):
        length = len(mark.label) * _LETTER + _GAP
        leftwards = x + length > right
        span = (x - length, x) if leftwards else (x, x + length)
        row = next((n for n, row in enumerate(taken) if _is_free(row, span)), None)
        if row is not None:
            taken[row].append(span)
        found.append(Placed(mark, x, row, leftwards))
    return found


def _is_free(row: Sequence[tuple[float, float]], span: tuple[float, float]) -> bool:
    return all(span[0] >= end or span[1] <= start for start, end in row)
