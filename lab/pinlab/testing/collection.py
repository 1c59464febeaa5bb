"""Scenario files of a user's own, collected beside the tests: an item for each scenario and TLS version.

A file is read on top of the shipped catalogue, so its scenarios can name shipped ones as their controls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pinlab.catalogue.loader import OWN_SUFFIX, SHIPPED, WORLD_FILE, Catalogue, family_of, load_catalogue
from pinlab.catalogue.registry import known_flaws, known_kinds
from pinlab.catalogue.scenario import Scenario
from pinlab.catalogue.suites import members
from pinlab.core.enums import Suite
from pinlab.core.errors import FileError, did_you_mean
from pinlab.processes.binaries import ToolError
from pinlab.runner.catalogue_plugin import CatalogueFile
from pinlab.testing.lab import Lab, Played
from pinlab.testing.options import SUITE
from pinlab.testing.verdict import NotAsExpected


def is_scenario_file(path: Path, folders: list[Path]) -> bool:
    """By its name, or by the folder it lies in."""
    if path.name.endswith(OWN_SUFFIX):
        return True
    named = path.suffix == ".toml" and path.name != WORLD_FILE
    return named and any(path.is_relative_to(folder) for folder in folders)


def load(own: tuple[Path, ...] = ()) -> Catalogue:
    """The shipped catalogue and files on top; a complaint is a collection error without a traceback."""
    try:
        return load_catalogue(SHIPPED, known_kinds(), known_flaws(), own)
    except (FileError, ToolError) as error:
        raise pytest.Collector.CollectError(str(error)) from error


def played(catalogue: Catalogue, globs: tuple[str, ...], suite: str | None) -> list[Played]:
    """The scenarios that a marker names, one for each TLS version. FileError: a glob matches nothing."""
    if suite is not None and suite not in tuple(Suite):
        raise FileError(f"suite is {', '.join(Suite)}, not {suite!r}")
    chosen = members(catalogue.select(globs), suite or Suite.FULL)
    return [Played(scenario.id, tls) for scenario in chosen for tls in scenario.tls]


def suite_files(suite: str) -> list[Path]:
    """The shipped files that have scenarios of `suite`. UsageError: there is no such suite."""
    if suite not in tuple(Suite):
        raise pytest.UsageError(f"{SUITE} is {', '.join(Suite)}, not {suite!r}{did_you_mean(suite, Suite)}")
    families = {scenario.family for scenario in members(load_catalogue().scenarios.values(), Suite(suite))}
    return [SHIPPED / f"{family}.toml" for family in sorted(families)]


class SuiteFront:
    """The scenarios of `--pinlab-suite`, each run by the lab's own process."""

    folder = SHIPPED

    def __init__(self, suite: str) -> None:
        self._suite = suite

    def items(self, file: CatalogueFile) -> Iterator[tuple[Scenario, pytest.Item]]:
        """An item for each scenario of the suite and TLS version."""
        family = [scenario for scenario in load().scenarios.values() if scenario.family == file.family]
        for scenario in members(family, Suite(self._suite)):
            for tls in scenario.tls:
                item: ScenarioItem = ScenarioItem.from_parent(
                    file, name=f"{scenario.name}[{tls}]", callobj=_play(Played(scenario.id, tls))
                )
                item.repeat = f"{SUITE} {Suite.FULL} -k '{scenario.family}.toml and {scenario.name}[{tls}]'"
                yield scenario, item


class ScenarioFile(pytest.File):
    """One family of the user's."""

    def collect(self) -> Iterator[pytest.Item]:
        """An item for each scenario and TLS version."""
        family = family_of(self.path)
        for scenario in load((self.path,)).scenarios.values():
            for tls in scenario.tls if scenario.family == family else ():
                played = Played(scenario.id, tls, str(self.path))
                name = f"{scenario.name}[{tls}]"
                yield ScenarioItem.from_parent(self, name=name, callobj=_play(played))


def _play(played: Played) -> Callable[..., None]:
    def play(lab: Lab) -> None:
        try:
            lab.verdict(played).expect()
        except NotAsExpected as error:  # the transcript, without a traceback through this file
            raise pytest.fail.Exception(str(error), pytrace=False) from None

    return play


class ScenarioItem(pytest.Function):
    """A test function by construction, so that the fixtures of the conftest.py beside its file apply."""

    repeat: str | None = None
    """The arguments of pytest that repeat it, where they are not its node id."""

    @property
    def id(self) -> Any:
        """As pytest reads the node id back from its cache, so that --lf finds the item."""
        return type(self._id).parse(self.nodeid)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The transcript as an exception's text, whose first line is enough for a summary."""
        if isinstance(excinfo.value, pytest.fail.Exception) and not excinfo.value.pytrace:
            return excinfo.getrepr(style="value")
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where it is written."""
        return self.path, None, self.name
