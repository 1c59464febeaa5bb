"""What is said about a file that cannot be read: the file, the place, what is wanted."""

from __future__ import annotations

from collections.abc import Iterable

from pinlab.core.errors import FileError
from pinlab.core.text import printable
from pinlab.pins.model import NOWHERE
from pinlab.pins.spot import Spot


class PinFileError(FileError):
    """A file of the user's that is no pin file, no certificate, or one that cannot be read safely."""

    @classmethod
    def at(cls, source: str, spot: Spot, text: str) -> PinFileError:
        """A complaint about one place."""
        return cls(sentence(source, spot, text))

    @classmethod
    def all(cls, source: str, complaints: Iterable[tuple[Spot, str]]) -> PinFileError:
        """Every complaint about a file at once."""
        return cls(sentence(source, spot, text) for spot, text in complaints)


class TooMuchWorkError(Exception):
    """A file asks for more work than is done for one: its time or memory was used up."""


def sentence(source: str, spot: Spot, text: str) -> str:
    """`app.xml, line 7, column 5: text`."""
    where = f"{source}, {spot}" if spot != NOWHERE else source
    return f"{printable(where, 400)}: {printable(text, 600)}"
