"""The errors whose text is meant for the user as it is, and the shape of their sentences.

A text names the file, the table, the key, what was expected and how to put it right. A similar name is offered,
never taken.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class PinlabError(Exception):
    """An error that is explained by its own text."""


class UsageError(PinlabError):
    """The command line asks for something that cannot be done."""


class FileError(PinlabError):
    """A catalogue, script or world file that cannot be used; the text is meant for its author.

    `problems` holds every complaint found, in the order of the file; the exception's text is all of them.
    """

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Give `; did you mean "x"?` for the nearest candidate, or the list of all when nothing is near."""
    names = sorted(set(candidates))
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f'; did you mean "{close[0]}"?'
    return f"; known: {', '.join(names)}" if names else "; none is known here"


def place(file: str, table: str = "", key: str = "") -> str:
    """Give the prefix of a complaint: `misissued.toml [plain] attack[0].kind: `."""
    where = f"{file} [{table}]" if table else file
    return f"{where} {key}: " if key else f"{where}: "
