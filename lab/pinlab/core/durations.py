"""Lengths of time as people write them: "-30d", "12h", "15m", "10s" or a bare 0; inside the lab, seconds.

It refuses bare numbers other than 0: no one can tell whether 90 means seconds or days.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

SECONDS_IN = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
PATTERN = r"^[+-]?[0-9]+[dhms]$"


def parse_duration(written: Any) -> int:
    """Turn "-30d" into -2592000 (seconds); raise ValueError with the accepted forms for anything else."""
    if written == 0 and isinstance(written, int) and not isinstance(written, bool):
        return 0
    if isinstance(written, str) and re.fullmatch(PATTERN, written):
        return int(written[:-1]) * SECONDS_IN[written[-1]]
    raise ValueError(f'expected a length of time such as "-30d", "12h", "15m", "10s" or 0, got {written!r}')


def format_duration(seconds: int) -> str:
    """Write seconds in the largest unit that loses nothing: 5400 becomes "90m"."""
    for unit, length in SECONDS_IN.items():
        if seconds and seconds % length == 0:
            return f"{seconds // length}{unit}"
    return "0s"


Duration = Annotated[
    int,
    BeforeValidator(parse_duration),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "pattern": PATTERN}, {"const": 0}],
            "description": 'A length of time relative to the run\'s "now": "-30d", "12h", "15m", "10s" or 0.',
        }
    ),
]
