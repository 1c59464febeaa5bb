"""A file that the user names, the places in it, and errors that name the place."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pinlab.core.text import printable
from pinlab.pins.errors import PinFileError

MOST_BYTES = 1 << 20
"""Real certificate and pin files are far smaller; a hostile file is not read to its end."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file: line and column from 1, or a key path in a binary property list."""

    line: int = 0
    column: int = 0
    key: str = ""

    def __str__(self) -> str:
        column = f", column {self.column}" if self.column else ""
        where = f"line {self.line}{column}" if self.line else ""
        return f"{where}, {self.key.rsplit('.', 1)[-1]}" if where and self.key else where or self.key


NOWHERE = Spot()


@dataclass(frozen=True)
class Source:
    """A file as bytes, with its name for messages, and its path unless it is only in memory."""

    name: str
    data: bytes
    path: Path | None = None

    @classmethod
    def of(cls, path: Path) -> Source:
        """Read a file of at most MOST_BYTES."""
        return cls(str(path), read_bytes(path), path)

    @cached_property
    def text(self) -> str:
        """Its text, decoded from UTF-8; PinFileError with the line of the first byte that is not UTF-8."""
        try:
            return self.data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as failure:
            line = self.data.count(b"\n", 0, failure.start) + 1
            raise error_at(self.name, Spot(line), "is not UTF-8 text") from failure

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def spot(self, offset: int) -> Spot:
        """Line and column of an offset into `text`."""
        line = bisect.bisect_right(self._starts, offset)
        return Spot(line, offset - self._starts[line - 1] + 1)

    def start(self, line: int) -> int:
        """The offset at which a line begins; lines count from 1."""
        return self._starts[line - 1]

    def lines(self) -> Iterator[tuple[int, str]]:
        """(number, text) of each line, without its end."""
        return enumerate(self.text.split("\n"), 1)

    def error_at(self, spot: Spot, text: str) -> PinFileError:
        """An error about one place in the file."""
        return error_at(self.name, spot, text)


def read_bytes(path: Path) -> bytes:
    """At most MOST_BYTES of a regular file; PinFileError names what is wrong with it."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as failure:
        raise PinFileError(f"{path}: cannot be read: {failure.strerror}") from failure
    if len(data) > MOST_BYTES:
        raise PinFileError(
            f"{path}: more than {MOST_BYTES >> 20} MiB; no certificate or pin file is that long"
        )
    return data


def error_at(file: str, spot: Spot, text: str) -> PinFileError:
    """An error about one place in a file: `app.xml, line 7, column 5: text`."""
    return errors_at(file, [(spot, text)])


def errors_at(file: str, problems: Iterable[tuple[Spot, str]]) -> PinFileError:
    """One error for all problems of a file, a line each."""
    return PinFileError(_line(file, spot, text) for spot, text in problems)


def _line(file: str, spot: Spot, text: str) -> str:
    where = f"{file}, {spot}" if spot != NOWHERE else file
    return f"{printable(where, 400)}: {printable(text, 600)}"
