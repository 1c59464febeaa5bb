"""A CSV of your own telemetry, `date,version,share`: one line for each day and version, shares as fractions.

It refuses versions that the plan does not know and days on which the shares do not add up.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pinlab.core.errors import FileError, did_you_mean
from pinlab.core.files import read_limited
from pinlab.core.text import printable
from pinlab.rotation.plan.fleet import Measured
from pinlab.rotation.plan.model import Plan
from pinlab.rotation.plan.moments import start_of

COLUMNS = ["date", "version", "share"]
EXAMPLE = "2026-06-01,1.1,0.35"


def read_adoption(path: Path, plan: Plan) -> tuple[Measured, ...]:
    """Give the rows of the file, the earliest first; FileError names the file and the line."""
    try:
        lines = read_limited(path).decode("utf-8-sig").splitlines()
    except (OSError, ValueError) as failure:  # a path may hold a NUL, a file what is not UTF-8
        raise FileError(f"{printable(str(path), 1000)}: cannot be read: {failure}") from failure
    if not lines or [name.strip() for name in lines[0].split(",")] != COLUMNS:
        raise FileError(f"{path.name} line 1: expected the heading {','.join(COLUMNS)}")
    try:
        rows = sorted(_rows(path.name, lines, plan), key=lambda row: row.at)
    except csv.Error as failure:
        raise FileError(f"{path.name}: is no CSV: {failure}; expected lines like {EXAMPLE}") from failure
    for at in sorted({row.at for row in rows}):
        total = sum(row.share for row in rows if row.at == at)
        if abs(total - 1) > 0.01:
            day = next(row.day for row in rows if row.at == at)
            raise FileError(f"{path.name}: the shares of {day} add up to {total:.3f}; expected 1")
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
            raise FileError(f"{file} line {number}: {','.join(row)}: expected {EXAMPLE}") from failure
        if version not in known:
            raise FileError(
                f'{file} line {number}: "{version}" is no release of the plan{did_you_mean(version, known)}'
            )
        if not 0 <= fraction <= 1:
            raise FileError(f"{file} line {number}: the share {share} is no fraction from 0 to 1: {EXAMPLE}")
        at = round((start_of(instant) - start_of(plan.t0)).total_seconds())
        yield Measured(at=at, day=instant, version=version, share=fraction)
