"""The public list of cases for TLS clients, and which scenarios show each of them.

The list is data, lab/catalogue/cases.tsv; a scenario counts for a case by naming its id among its `refs`.
A case that no scenario names has a reason there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pinlab.catalogue.scenario import Scenario
from pinlab.core.errors import FileError, did_you_mean
from pinlab.core.paths import catalogue as catalogue_folder

CASES = catalogue_folder() / "cases.tsv"
GROUPS = {
    "ct": "Chain and trust",
    "nm": "Name",
    "tm": "Time",
    "ka": "Key and algorithm",
    "pv": "Protocol and version",
    "pn": "Pins",
    "sr": "Session and resumption",
    "ht": "HTTP",
    "nf": "Network faults",
}
CASE_ID = re.compile(rf"^({'|'.join(GROUPS)})-[a-z0-9-]+$")
NOT_YET = "no scenario yet"


@dataclass(frozen=True)
class Covered:
    """One case of the list. `why_not` is the reason for which it has no scenario, empty where it has one."""

    id: str
    title: str
    scenarios: tuple[str, ...]
    why_not: str

    @property
    def group(self) -> str:
        """Give the two letters in front."""
        return self.id.split("-", 1)[0]

    def to_json(self) -> dict[str, Any]:
        """Give the entry of `pinlab coverage --json`."""
        why = None if self.scenarios else self.why_not or NOT_YET
        return {"id": self.id, "title": self.title, "scenarios": list(self.scenarios), "why_not": why}


def coverage(scenarios: Iterable[Scenario], cases: Path = CASES) -> tuple[Covered, ...]:
    """Give every case of the list in its order. FileError: a line or a ref that names no case."""
    shown: dict[str, list[str]] = {}
    for scenario in scenarios:
        for ref in scenario.refs:
            if CASE_ID.match(ref):
                shown.setdefault(ref, []).append(scenario.id)
    found = []
    for number, line in enumerate(cases.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            continue
        words = line.split("\t")
        if len(words) not in (2, 3) or not CASE_ID.match(words[0]):
            raise FileError(f"{cases.name}:{number}: expected an id, a title and perhaps a reason")
        found.append(
            Covered(words[0], words[1], tuple(shown.pop(words[0], ())), words[2] if words[2:] else "")
        )
    ids = [covered.id for covered in found]
    if shown:
        ref, users = next(iter(shown.items()))
        raise FileError(f'{users[0]} refs: no case is called "{ref}"{did_you_mean(ref, ids)}')
    if len(set(ids)) != len(ids):
        raise FileError(f"{cases.name}: an id stands there twice")
    return tuple(found)


def document(cases: Sequence[Covered]) -> dict[str, Any]:
    """Give the count and every case, for machines."""
    covered = sum(bool(case.scenarios) for case in cases)
    return {"covered": covered, "of": len(cases), "cases": [case.to_json() for case in cases]}


def counts(cases: Sequence[Covered]) -> list[tuple[str, str, str]]:
    """Give group, covered and all, a line for each group and one for the whole."""
    rows = []
    for letters, name in GROUPS.items():
        members = [case for case in cases if case.group == letters]
        rows.append((f"{name} ({letters})", str(sum(bool(m.scenarios) for m in members)), str(len(members))))
    return [*rows, ("all", str(sum(bool(case.scenarios) for case in cases)), str(len(cases)))]


def text(cases: Sequence[Covered]) -> str:
    """Give the count for people, and the ids that no scenario names, each with its reason."""
    lines = [f"{name:<28}{done:>4} of {every}" for name, done, every in counts(cases)]
    lines += ["", "Without a scenario:"] if any(not case.scenarios for case in cases) else []
    lines += [f"  {case.id:<34}{case.why_not or NOT_YET}" for case in cases if not case.scenarios]
    return "\n".join(lines)
