"""A pin file as it was handed over: bytes, text, and places in it."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pinlab.pins.errors import PinFileError
from pinlab.pins.inputs.certificates import read_bytes
from pinlab.pins.spot import Spot


@dataclass(frozen=True)
class Source:
    """A file as bytes, with its name for complaints and its path where it has one."""

    name: str
    data: bytes
    path: Path | None = None

    @classmethod
    def of(cls, path: Path) -> Source:
        """Read a file, within bounds."""
        return cls(str(path), read_bytes(path), path)

    @cached_property
    def text(self) -> str:
        """Its text, UTF-8; PinFileError with the line of the first byte that is none."""
        try:
            return self.data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as failure:
            line = self.data.count(b"\n", 0, failure.start) + 1
            raise PinFileError.at(self.name, Spot(line), "is not UTF-8 text") from failure

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
        """An error about one place in it."""
        return PinFileError.at(self.name, spot, text)
