"""What a client's user must know, as sentences of the catalogue (lab/catalogue/deviations): each reads verdicts alone.

No table knows a client. A deviation that no table covers is named as it is, so that nothing is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache
from typing import Literal

from pinlab.catalogue.loader import SHIPPED
from pinlab.client_matrix.data import Client, Met
from pinlab.core.models import Strict
from pinlab.core.toml import read_model, read_toml

FILE = SHIPPED / "deviations" / "meaning.toml"


class Meaning(Strict):
    """What it means that a client came to `verdict` in a case of `scenarios` (globs)."""

    scenarios: list[str]
    verdict: Literal["BREACHED", "LOCKED_OUT", "WRONG_REASON"]
    means: str
    unless: str | None = None
    """The name of a table whose sentence includes this one."""

    def covers(self, met: Met) -> bool:
        """Whether this case is one of its own."""
        return met.verdict == self.verdict and any(
            fnmatchcase(met.scenario, pattern) for pattern in self.scenarios
        )


@cache
def meanings() -> dict[str, Meaning]:
    """The tables by name, in the order of the sentences. FileError names file, table and key."""
    tables = read_toml(FILE)
    return {name: read_model(Meaning, table, file=FILE.name, table=name) for name, table in tables.items()}


def advice(client: Client) -> list[str]:
    """The sentences for a client's user, the gravest first."""
    spoken: dict[str, str] = {}
    left = [case for case in client.met if case.was_judged and not case.as_expected]
    for name, meaning in meanings().items():
        mine = [case for case in left if meaning.covers(case)]
        left = [case for case in left if case not in mine]
        if mine and meaning.unless not in spoken:
            spoken[name] = meaning.means
    first = ["Has no pins to set."] if client.facts["pins"] == "none" else []
    sentences = first + list(spoken.values())
    return sentences or (
        [] if left else ["Nothing: it did what a good client does wherever it could be asked."]
    )


def others(client: Client) -> dict[str, list[str]]:
    """Scenarios that no table covers, by the verdict to which they came; what is open is distinguished."""
    found: dict[str, list[str]] = {}
    for case in client.met:
        if not case.was_judged or case.as_expected or case.verdict == "INCONCLUSIVE":
            continue
        if not any(meaning.covers(case) for meaning in meanings().values()):
            names = found.setdefault(case.verdict, [])
            names += [case.scenario] if case.scenario not in names else []
    return found


def left_open(client: Client) -> list[Met]:
    """What could not be concluded; each has its cause."""
    return [case for case in client.met if case.verdict == "INCONCLUSIVE"]


def limits(client: Client) -> list[tuple[str, int]]:
    """Why scenarios could not be tried, and how many cases each reason stands for, the most first."""
    counts: dict[str, int] = {}
    for case in client.met:
        if not case.was_judged and case.as_expected is False:
            cause = _without_ports(case.cause)
            counts[cause] = counts.get(cause, 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _without_ports(cause: str) -> str:
    """A cause may name a port of the run: the same reason then has many texts."""
    head, found, _ = cause.partition("://127.0.0.1:")
    return f"{head}://…" if found else cause


def excuses(mets: Sequence[Met]) -> dict[str, list[str]]:
    """Scenarios by the reason for which their deviation is known."""
    by: dict[str, list[str]] = {}
    for met in mets:
        if met.known and met.scenario not in by.setdefault(met.known, []):
            by[met.known].append(met.scenario)
    return by
