"""pytest collects the catalogue: one item for each scenario, TLS version and client of a run.

Results travel in `user_properties`, so that they come home from pytest-xdist's workers as they were found. It
prints nothing and decides nothing.
"""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pinlab.catalogue import WORLD_FILE
from pinlab.finding import find, lab_fault
from pinlab.plan import Case
from pinlab.process import kill_all
from pinlab.room import in_words
from pinlab.runner import Bench
from pinlab.settings import Settings
from pinlab.suite import OPTION, PROPERTY, pack
from pinlab.suites import Suite, suites_of
from pinlab.words import ResultOutcome


class NotAsExpected(Exception):
    """A verdict other than the expected one; its text is the story."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one option: the settings of the run, a file."""
    parser.addoption(OPTION, default=None, help="settings of a run of the lab (written by `pinlab run`)")


def pytest_configure(config: pytest.Config) -> None:
    """Nothing is collected unless a run is named."""
    for suite in Suite:
        config.addinivalue_line("markers", f"{suite}: the scenarios of the suite {suite}")
    path = config.getoption(OPTION)
    if path:
        config.pluginmanager.register(Collection(Settings.load(path)), "pinlab-collection")
        if hasattr(config, "workerinput"):
            signal.signal(signal.SIGTERM, _stop)
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def _stop(signum: int, frame: object) -> None:
    """A worker that is told to stop takes everything with it, at once; the terminal's ^C is its parent's."""
    kill_all()
    os._exit(128 + signum)


class Collection:
    """Turns the files of the catalogue into items."""

    def __init__(self, settings: Settings, bench: Bench | None = None) -> None:
        """Loads nothing yet; `bench` is that of `settings` where it is there already."""
        self.settings = settings
        self._bench = bench

    @property
    def bench(self) -> Bench:
        """The bench of this process, made when the first file is collected."""
        if self._bench is None:
            self._bench = Bench.open(self.settings)
        return self._bench

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Each family of scenarios is a file."""
        if file_path.suffix != ".toml" or file_path.name == WORLD_FILE:
            return None
        file: CatalogueFile = CatalogueFile.from_parent(parent, path=file_path)
        file.bench = self.bench
        return file


class CatalogueFile(pytest.File):
    """One family."""

    bench: Bench

    def collect(self) -> Iterator[pytest.Item]:
        """The selected cases of this family."""
        for case in self.bench.cases():
            if case.scenario.family == self.path.stem:
                name = f"{case.scenario.name}[{case.tls}-{self.bench.adapter.name}]"
                yield ScenarioItem.from_parent(self, name=name, case=case, bench=self.bench)


class ScenarioItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case, bench: Bench, **rest: Any) -> None:
        """Made by `from_parent` only."""
        super().__init__(**rest)
        self.case, self.bench = case, bench
        for suite in suites_of(case.scenario):
            self.add_marker(str(suite))

    def runtest(self) -> None:
        """Run, judge, and let the finding travel."""
        try:
            result = find(self.bench, self.case)
        except Exception as error:  # a fault of the lab is told as one, and the run goes on
            if os.environ.get("PINLAB_DEBUG"):
                traceback.print_exc()
            result = lab_fault(self.bench, self.case, f"lab fault: {type(error).__name__}: {in_words(error)}")
        self.user_properties.append((PROPERTY, pack(result)))
        if result.outcome == ResultOutcome.SKIPPED:
            pytest.skip(result.cause)
        if result.outcome != ResultOutcome.PASSED:
            raise NotAsExpected(result.story)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The story instead of a traceback."""
        if isinstance(excinfo.value, NotAsExpected):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where it is written."""
        return self.path, None, self.name
