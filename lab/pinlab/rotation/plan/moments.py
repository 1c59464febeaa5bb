"""Moments of a plan: "T+7", "T-12h", "T+6d16h" or a TOML date; inside the model, whole seconds from t0.

A bare number is days, as release managers count. It refuses text in any other form: no one can tell whether
"7" is a day of the plan or of the month.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema

DAY = 86_400
_UNITS = {"d": DAY, "h": 3_600, "m": 60, "s": 1}
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
PATTERN = rf"^T(?:[+-](?:{_NUMBER}|(?:{_NUMBER}[dhms])+))?$"
EXPECTED = 'expected a moment such as "T+7" (days), "T-12h", "T+6d16h" or a date such as 2026-06-08'


def start_of(day: date) -> datetime:
    """Give the instant that a TOML date or date-time stands for: UTC, midnight where no time is written."""
    if isinstance(day, datetime):
        return day if day.tzinfo else day.replace(tzinfo=UTC)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def parse_moment(written: Any, info: ValidationInfo) -> int:
    """Turn "T+7" into 604800; a date needs t0 in the validation context. ValueError says what is expected."""
    t0 = (info.context or {}).get("t0")
    if isinstance(written, date) and t0 is not None:
        return round((start_of(written) - start_of(t0)).total_seconds())
    if not isinstance(written, str) or not re.fullmatch(PATTERN, written):
        shown = written.isoformat() if isinstance(written, date) else repr(written)
        raise ValueError(f"{EXPECTED}, got {shown}")
    body = written[2:]
    if not body:
        return 0
    parts = re.findall(rf"({_NUMBER})([dhms])", body) or [(body, "d")]
    seconds = round(sum(float(number) * _UNITS[unit] for number, unit in parts))
    return -seconds if written[1] == "-" else seconds


def in_days(seconds: float) -> float:
    """Seconds from t0 as days, rounded to what JSON and people need."""
    return round(seconds / DAY, 6) + 0.0


def format_moment(seconds: float) -> str:
    """Write a moment as a plan does: 604800 becomes "T+7", 43200 "T+0.5"."""
    return f"T{in_days(seconds):+g}"


def format_date(t0: date, seconds: float) -> str:
    """Give the calendar date of a moment, with the time of day where it is not midnight (UTC)."""
    instant = start_of(t0) + timedelta(seconds=round(seconds))
    midnight = (instant.hour, instant.minute, instant.second) == (0, 0, 0)
    return instant.strftime("%Y-%m-%d" if midnight else "%Y-%m-%dT%H:%MZ")


Moment = Annotated[
    int,
    BeforeValidator(parse_moment),
    WithJsonSchema(
        {
            "type": "string",
            "description": 'A moment: "T+7" (days from t0), "T-12h", "T+6d16h", or a TOML date.',
            "pattern": rf"{PATTERN[:-1]}$|^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}",
        }
    ),
]
