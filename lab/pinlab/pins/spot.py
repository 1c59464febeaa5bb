"""A place in a file, for messages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file: line and column from 1, or a key path where the format has no lines to speak of."""

    line: int = 0
    column: int = 0
    key: str = ""

    def __str__(self) -> str:
        column = f", column {self.column}" if self.column else ""
        where = f"line {self.line}{column}" if self.line else ""
        return f"{where}, {self.key.rsplit('.', 1)[-1]}" if where and self.key else where or self.key
