"""The catalogue: every scenario of a folder of TOML files, checked as a whole.

One file is a family; `world.toml` is the standard cast. Loading is pure apart from reading the files:
kinds of attack and flaws come in as data. It knows no expressions, templates or includes, on purpose.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pinlab.catalogue.checks.consistency import check_sense
from pinlab.catalogue.checks.references import check_cast, check_deviations, check_names
from pinlab.catalogue.expansion import unroll
from pinlab.catalogue.registry import FlawInfo, KindInfo
from pinlab.catalogue.scenario import Scenario
from pinlab.core import paths
from pinlab.core.errors import FileError, did_you_mean, place
from pinlab.core.toml import read_model, read_toml
from pinlab.pki.cast import Cast, Deviations

WORLD_FILE = "world.toml"
NAME = re.compile(r"^[a-z0-9][a-z0-9_]*$")
OWN_SUFFIX = ".pinlab.toml"
"""How files of scenarios are named beside other files, beside a user's tests."""
SHIPPED = paths.catalogue()


@dataclasses.dataclass(frozen=True)
class Catalogue:
    """Scenarios by id, the prose of each family, and the standard cast that scenarios deviate from."""

    scenarios: Mapping[str, Scenario]
    families: Mapping[str, str]
    cast: Cast

    def scenario(self, identifier: str) -> Scenario:
        """Give one scenario by id; FileError offers the nearest id."""
        try:
            return self.scenarios[identifier]
        except KeyError:
            raise FileError(
                f'no scenario is called "{identifier}"{did_you_mean(identifier, self.scenarios)}'
            ) from None

    def cast_of(self, scenario: Scenario) -> Cast:
        """Give the standard cast with the scenario's deviations."""
        return self.cast.deviate(scenario.world)

    def select(self, patterns: Iterable[str]) -> tuple[Scenario, ...]:
        """Give the scenarios that match any of the globs, in catalogue order; none given means all.

        "rogue_ca" and "rogue_ca/" mean the whole family. FileError when a glob matches nothing.
        """
        globs = list(patterns)
        if not globs:
            return tuple(self.scenarios.values())
        chosen = {identifier for pattern in globs for identifier in self._matching(pattern)}
        return tuple(scenario for identifier, scenario in self.scenarios.items() if identifier in chosen)

    def _matching(self, pattern: str) -> list[str]:
        family = pattern.rstrip("/")
        glob = f"{family}/*" if family in self.families else pattern
        found = [identifier for identifier in self.scenarios if fnmatch.fnmatchcase(identifier, glob)]
        if not found:
            hint = did_you_mean(pattern.replace("*", ""), [*self.scenarios, *self.families])
            raise FileError(f'"{pattern}" matches no scenario{hint}')
        return found


def load_catalogue(
    folder: Path = SHIPPED,
    kinds: Mapping[str, KindInfo] | None = None,
    flaws: Mapping[str, FlawInfo] | None = None,
    own: Iterable[Path] = (),
) -> Catalogue:
    """Load and check every `*.toml` of a folder; a folder without world.toml uses the shipped cast.

    `own` are files of a user's own scenarios, which may name those of the folder as their controls.
    Raises FileError with every complaint found. Without `kinds` or `flaws` their names are not checked.
    """
    if not folder.is_dir():
        raise FileError(f"{folder}: is not a folder of scenario files")
    cast = load_cast(folder / WORLD_FILE if (folder / WORLD_FILE).exists() else SHIPPED / WORLD_FILE)
    problems: list[str] = []
    families: dict[str, str] = {}
    scenarios: dict[str, Scenario] = {}
    for path in [*(file for file in sorted(folder.glob("*.toml")) if file.name != WORLD_FILE), *own]:
        family = family_of(path)
        if family in families:
            problems.append(f'{place(path.name)}there is a family "{family}" already; rename the file')
            continue
        families[family], found = _load_family(path, problems)
        scenarios.update(found)
    for scenario in scenarios.values():
        problems += _complaints(scenario, scenarios, cast, kinds, flaws)
    if not scenarios and not problems:
        problems.append(f"{folder}: holds no scenario; write one *.toml file for each family")
    if problems:
        raise FileError(problems)
    return Catalogue(scenarios=scenarios, families=families, cast=cast)


def family_of(path: Path) -> str:
    """Give the name of the family that a file holds."""
    return path.name.removesuffix(".toml").removesuffix(".pinlab")


def with_entry(
    catalogue: Catalogue,
    identifier: str,
    table: Mapping[str, Any],
    file: str,
    kinds: Mapping[str, KindInfo] | None = None,
    flaws: Mapping[str, FlawInfo] | None = None,
) -> Catalogue:
    """Add one scenario that no file holds, checked like any other; complaints name it as `file`."""
    named = {**table, "id": identifier, "file": file}
    scenario = read_model(Scenario, named, file=file, table=identifier.partition("/")[2])
    scenarios = {**catalogue.scenarios, identifier: scenario}
    problems = [*_complaints(scenario, scenarios, catalogue.cast, kinds, flaws)]
    if problems:
        raise FileError(problems)
    return dataclasses.replace(catalogue, scenarios=scenarios)


def _complaints(
    scenario: Scenario,
    scenarios: Mapping[str, Scenario],
    cast: Cast,
    kinds: Mapping[str, KindInfo] | None,
    flaws: Mapping[str, FlawInfo] | None,
) -> Iterator[str]:
    yield from check_sense(scenario, scenarios)
    yield from check_deviations(scenario, cast)
    yield from check_names(scenario, cast.deviate(scenario.world), kinds, flaws)


def load_cast(path: Path) -> Cast:
    """Load a standard cast such as lab/catalogue/world.toml; FileError names what is wrong in it."""
    world = read_model(Deviations, read_toml(path), file=path.name)
    cast = Cast(keys=world.keys, authorities=world.authorities, identities=world.identities)
    problems = list(check_cast(cast, path.name))
    if problems:
        raise FileError(problems)
    return cast


def _load_family(path: Path, problems: list[str]) -> tuple[str, dict[str, Scenario]]:
    """Give the prose and the scenarios of one file; a broken table adds to `problems` and is left out."""
    try:
        tables = read_toml(path)
    except FileError as failure:
        problems += failure.problems
        return "", {}
    about = tables.pop("about", None)
    if not isinstance(about, str) or not about.strip():
        problems.append(
            f'{place(path.name)}"about" is missing; open the file with a paragraph on the whole family'
        )
        about = ""
    scenarios: dict[str, Scenario] = {}
    for name, table in tables.items():
        try:
            for made, unrolled in unroll(path.name, name, table):
                scenario = _load_scenario(path, made, unrolled)
                scenarios[scenario.id] = scenario
        except FileError as failure:
            problems += failure.problems
    return " ".join(about.split()), scenarios


def _load_scenario(path: Path, name: str, table: Any) -> Scenario:
    if not isinstance(table, dict):
        raise FileError(f'{place(path.name)}"{name}" must be a table: write [{name}] and its keys below it')
    for word in (family_of(path), name):
        if not NAME.fullmatch(word):
            raise FileError(
                f'{place(path.name, name)}"{word}" must be lower_snake (a-z, 0-9, _): it becomes an id'
            )
    for key in ("id", "file"):
        if key in table:
            raise FileError(
                f'{place(path.name, name)}unknown key "{key}"; ids come from the file and the table'
            )
    named = {**table, "id": f"{family_of(path)}/{name}", "file": path.name}
    return read_model(Scenario, named, file=path.name, table=name)
