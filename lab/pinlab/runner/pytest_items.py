"""pytest collects the catalogue: one item for each scenario, TLS version and client of a run.

Results travel in `user_properties`, so that they come home from workers as they were found.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pinlab.catalogue.loader import WORLD_FILE
from pinlab.catalogue.suites import suites_of
from pinlab.core.enums import ResultOutcome, Suite
from pinlab.core.error_text import error_text
from pinlab.runner.case_result import lab_fault, run_case
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.cases import Case
from pinlab.runner.results import PROPERTY, pack


class CaseFailed(Exception):
    """A verdict other than the expected one; its text is the transcript."""


def pytest_configure(config: pytest.Config) -> None:
    """The marks of the suites."""
    for suite in Suite:
        config.addinivalue_line("markers", f"{suite}: the scenarios of the suite {suite}")


class Collection:
    """Turns the files of the catalogue into items."""

    def __init__(self, case_runner: CaseRunner) -> None:
        """The cases are those that the settings of `case_runner` select."""
        self.case_runner = case_runner

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Each family of scenarios is a file."""
        if file_path.suffix != ".toml" or file_path.name == WORLD_FILE:
            return None
        file: CatalogueFile = CatalogueFile.from_parent(parent, path=file_path)
        file.case_runner = self.case_runner
        return file


class CatalogueFile(pytest.File):
    """One family."""

    case_runner: CaseRunner

    def collect(self) -> Iterator[pytest.Item]:
        """The selected cases of this family."""
        for case in self.case_runner.cases():
            if case.scenario.family == self.path.stem:
                name = f"{case.scenario.name}[{case.tls}-{self.case_runner.adapter.name}]"
                yield CaseItem.from_parent(self, name=name, case=case, case_runner=self.case_runner)


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case, case_runner: CaseRunner, **rest: Any) -> None:
        """Made by `from_parent` only."""
        super().__init__(**rest)
        self.case, self.case_runner = case, case_runner
        for suite in suites_of(case.scenario):
            self.add_marker(str(suite))

    def runtest(self) -> None:
        """Run, judge, and let the finding travel."""
        try:
            result = run_case(self.case_runner, self.case)
        except Exception as error:  # a fault of the lab is reported as one, and the run goes on
            if os.environ.get("PINLAB_DEBUG"):
                traceback.print_exc()
            result = lab_fault(
                self.case_runner, self.case, f"lab fault: {type(error).__name__}: {error_text(error)}"
            )
        self.user_properties.append((PROPERTY, pack(result)))
        if result.outcome == ResultOutcome.SKIPPED:
            pytest.skip(result.cause)
        if result.outcome != ResultOutcome.PASSED:
            raise CaseFailed(result.transcript)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The transcript instead of a traceback."""
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where it is written."""
        return self.path, None, self.name
