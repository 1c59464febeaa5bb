"""A CSV of your own telemetry, `date,version,share`: one line for each day and version, shares as fractions.

It refuses versions that the plan does not know and days on which the shares do not add up.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pinlab.capped import read_capped
from pinlab.complaints import CatalogueError, near
from pinlab.plain_text import printable
from pinlab.rotation.fleet_tables import Measured
from pinlab.rotation.moments import start_of
from pinlab.rotation.plan import Plan

COLUMNS = ["date", "version", "share"]
EXAMPLE = "2026-06-01,1.1,0.35"


def read_adoption(path: Path, plan: Plan) -> tuple[Measured, ...]:
    """Give the rows of the file, the earliest first; CatalogueError names the file and the line."""
    try:
        lines = read_capped(path).decode("utf-8-sig").splitlines()
    except (OSError, ValueError) as failure:  # a path may hold a NUL, a file what is not UTF-8
        raise CatalogueError(f"{printable(str(path), 1000)}: cannot be read: {failure}") from failure
    if not lines or [name.strip() for name in lines[0].split(",")] != COLUMNS:
        raise CatalogueError(f"{path.name} line 1: expected the heading {','.join(COLUMNS)}")
    try:
        rows = sorted(_rows(path.name, lines, plan), key=lambda row: row.at)
    except csv.Error as failure:
        raise CatalogueError(f"{path.name}: is no CSV: {failure}; expected lines like {EXAMPLE}") from failure
    for at in sorted({row.at for row in rows}):
        total = sum(row.share for row in rows if row.at == at)
        if abs(total - 1) > 0.01:
            day = next(row.day for row in rows if row.at == at)
            raise CatalogueError(f"{path.name}: the shares of {day} add up to {total:.3f}; expected 1")
    return tuple(rows)


def _rows(file: str, lines: list[str], plan: Plan) -> Iterator[Measured]:
    known = [app.id for app in plan.apps]
    for number, row in enumerate(csv.reader(lines), 1):
        if number == 1 or not row:
            continue
        try:
            day, version, share = (cell.strip() for cell in row)
            instant, fraction = date.fromisoformat(day), float(share)
        except ValueError as failure:
            raise CatalogueError(f"{file} line {number}: {','.join(row)}: expected {EXAMPLE}") from failure
        if version not in known:
            raise CatalogueError(
                f'{file} line {number}: "{version}" is no release of the plan{near(version, known)}'
            )
        if not 0 <= fraction <= 1:
            raise CatalogueError(
                f"{file} line {number}: the share {share} is no fraction from 0 to 1: {EXAMPLE}"
            )
        at = round((start_of(instant) - start_of(plan.t0)).total_seconds())
        yield Measured(at=at, day=instant, version=version, share=fraction)
