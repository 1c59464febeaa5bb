"""What a format is: what it can say, how it is known, how it is read and written.

A format's own file holds these three and nothing else; what a conversion loses follows from `Can`.
"""

from __future__ import annotations

import bisect
import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pinlab.pins.errors import PinFileError
from pinlab.pins.inputs.certificates import read_bytes
from pinlab.pins.model import Kind, Match, PinSet, Semantics, Spot

NAME = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*"
)


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

    def print_error(self, spot: Spot, text: str) -> PinFileError:
        """An error about one place in it."""
        return PinFileError.at(self.name, spot, text)


@dataclass(frozen=True)
class Can:
    """What a format can say. Whatever a pin set holds beyond it is lost, or the conversion is refused."""

    kinds: frozenset[tuple[Kind, str]] = frozenset({(Kind.SPKI, "sha256")})
    matches: frozenset[Match] = frozenset({Match.EVERY_HOST})
    roles: bool = False
    must_have_role: bool = False
    """Each pin must be said to be of a leaf or of a CA."""
    leaf_only: bool = False
    expiry: bool = False
    report_only: bool = False
    report_uris: bool = False
    labels: bool = False
    rejected: bool = False
    most_pins: int = 1000
    fewest_pins: int = 1

    @property
    def hosts(self) -> bool:
        """Whether it names hosts."""
        return self.matches != {Match.EVERY_HOST}


@dataclass(frozen=True)
class Format:
    """One format: a row of the table."""

    name: str
    title: str
    can: Can
    semantics: Semantics
    looks: Callable[[Source], bool] = field(default=lambda source: False)
    """Whether a file looks like this format; the first in the table wins."""
    read: Callable[[Source], PinSet] | None = None
    write: Callable[[PinSet], str] | None = None


def date_of(text: str) -> datetime.date | None:
    """A strict yyyy-MM-dd; None if it is none."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def host_fault(text: str) -> str:
    """What is wrong with a host name as a pattern; empty where nothing is."""
    if "://" in text or "/" in text:
        return f'"{text}" is a URL; a host name alone is wanted'
    if re.search(r":\d+$", text):
        return f'"{text}" has a port; a host name alone is wanted'
    if "*" in text:
        return f'"{text}" has a wildcard, and this format has none'
    if text.endswith("."):
        return f'"{text}" ends with a dot'
    try:
        name = text.lower() if text.isascii() else text.lower().encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    return "" if NAME.fullmatch(name) else f'"{text}" is not a host name'
