"""One cell of the page: what a family of scenarios came to with one client, in one word and a count.

Pure. Of several deviations the gravest gives the cell its word; a cell is `known` only if all of them are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pinlab.client_matrix.data import Client, Met
from pinlab.core import verdicts

WORDS = {
    "good": "as it must",
    "BREACHED": "lets in",
    "LOCKED_OUT": "locks out",
    "WRONG_REASON": "other reason",
    "INCONCLUSIVE": "open",
    "cannot": "cannot",
}
MEANINGS = {
    "good": "refused what must be refused, for the right reason, and served what must be served",
    **{
        verdict: verdicts.MEANINGS[verdict]
        for verdict in ("BREACHED", "LOCKED_OUT", "WRONG_REASON", "INCONCLUSIVE")
    },
    "cannot": "the client has no way to do what these scenarios ask",
}


@dataclass(frozen=True)
class MatrixCell:
    """`kind` is a key of WORDS; `count` cases of `total` judged ones came to it."""

    kind: str
    count: int
    total: int
    known: bool = False

    @property
    def text(self) -> str:
        """As a table shows it."""
        if self.kind == "cannot":
            return WORDS["cannot"]
        if self.kind == "good":
            return f"{WORDS['good']} ({self.total})"
        return f"{WORDS[self.kind]} {self.count} of {self.total}{' (known)' if self.known else ''}"


def cell_of(met: Iterable[Met]) -> MatrixCell:
    """The cell of one family and one client."""
    judged = [case for case in met if case.was_judged]
    wrong = [case for case in judged if not case.as_expected]
    if not judged:
        return MatrixCell("cannot", 0, 0)
    if not wrong:
        return MatrixCell("good", len(judged), len(judged))
    kind = min((str(case.verdict) for case in wrong), key=verdicts.gravity)
    count = sum(case.verdict == kind for case in wrong)
    return MatrixCell(kind, count, len(judged), all(case.known for case in wrong))


def row(client: Client, families: Iterable[str]) -> list[MatrixCell]:
    """The cells of one client."""
    return [cell_of(case for case in client.met if case.family == family) for family in families]
