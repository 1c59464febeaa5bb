"""Which scenario catches which flaw, as measured: the data behind the kill matrix, lab/golden/kills.tsv.

A line for each scenario: its id, the digest of what it shows and expects, and `flaw:VERDICT` for each flawed
client that it catches; a `~` in front of the verdict means in some TLS versions only. Values and files only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pinlab.catalogue.loader import Catalogue
from pinlab.catalogue.scenario import Scenario
from pinlab.core.enums import Verdict
from pinlab.core.paths import catalogue as catalogue_folder
from pinlab.runner.results import Result

FILE = catalogue_folder().parent / "golden" / "kills.tsv"
BLUNT = frozenset(
    {"trust_everything", "refuses_all", "claims_accept_always", "crashes_on_refusal", "retry_in_clear"}
)
"""Flaws that nearly every refusal catches; a scenario that catches no other proves nothing much."""
PARTLY = "~"
PROSE = {"doc", "why", "refs", "caught_by", "suites", "unpinned", "file"}
"""What can be written anew without a flawed client behaving otherwise."""
SILENT = (Verdict.UNSUPPORTED, Verdict.SKIPPED)


@dataclass(frozen=True)
class Kills:
    """`flaws`: all that were measured. `digests` and `caught` by scenario id; `caught` is flaw to verdict."""

    flaws: tuple[str, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    caught: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def by_flaw(self, flaw: str) -> dict[str, str]:
        """Give the scenarios that catch a flaw, each with the verdict."""
        return {name: kills[flaw] for name, kills in self.caught.items() if flaw in kills}

    @property
    def survivors(self) -> tuple[str, ...]:
        """Give the flaws that no scenario catches in all its TLS versions."""
        whole = {
            flaw
            for kills in self.caught.values()
            for flaw, verdict in kills.items()
            if not verdict.startswith(PARTLY)
        }
        return tuple(flaw for flaw in self.flaws if flaw not in whole)

    def specific(self, scenario: Scenario) -> tuple[str, ...]:
        """Give the narrow flaws that a scenario catches; what follows a refusal counts where it is named."""
        blunt = BLUNT - ({"retry_in_clear"} & set(scenario.caught_by))
        return tuple(flaw for flaw in self.caught.get(scenario.id, {}) if flaw not in blunt)


def digest(catalogue: Catalogue, scenario: Scenario) -> str:
    """Give the content address of what a scenario and its cast come to; prose plays no part."""
    facts = scenario.model_dump(mode="json", exclude=PROSE, exclude_defaults=True)
    text = json.dumps([facts, catalogue.cast_of(scenario).to_recipe()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def digests(catalogue: Catalogue) -> dict[str, str]:
    """Give the digest of every scenario by id."""
    return {name: digest(catalogue, scenario) for name, scenario in catalogue.scenarios.items()}


def verdict_of(results: Iterable[Result]) -> str | None:
    """Give how a flawed client was caught by one scenario's cases, or None where it got away with all."""
    found = [result for result in results if result.verdict not in SILENT]
    caught = [result for result in found if not result.as_expected]
    if not caught:
        return None
    return f"{'' if len(caught) == len(found) else PARTLY}{caught[0].verdict}"


def read(path: Path = FILE) -> Kills:
    """Read the file; nothing where there is none. ValueError: a line of another form."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else ["flaws"]
    head, rows = lines[0].split("\t"), [line.split("\t") for line in lines[1:]]
    caught = {
        row[0]: dict((kill.split(":")[0], kill.split(":")[1]) for kill in row[2].split(" ") if kill)
        for row in rows
    }
    return Kills(tuple(head[1:]), {row[0]: row[1] for row in rows}, caught)


def write(kills: Kills, path: Path = FILE) -> None:
    """Write the file, sorted."""
    lines = ["\t".join(["flaws", *sorted(kills.flaws)])]
    for name in sorted(kills.digests):
        caught = " ".join(f"{flaw}:{verdict}" for flaw, verdict in sorted(kills.caught[name].items()))
        lines.append(f"{name}\t{kills.digests[name]}\t{caught}")
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
