"""The items of `pinlab run`: each runs a case in this process, and its result comes home in `user_properties`."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pinlab.catalogue.loader import SHIPPED
from pinlab.catalogue.scenario import Scenario
from pinlab.core.enums import ResultOutcome
from pinlab.core.error_text import error_text
from pinlab.runner.case_result import lab_fault, run_case
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.cases import Case
from pinlab.runner.catalogue_plugin import CatalogueFile
from pinlab.runner.results import PROPERTY, pack


class CaseFailed(Exception):
    """A verdict other than the expected one; its text is the transcript."""


class RunFront:
    """The cases that the settings of a run select."""

    def __init__(self, case_runner: CaseRunner) -> None:
        self._case_runner = case_runner
        self.folder = Path(case_runner.settings.catalogue or SHIPPED)

    def items(self, file: CatalogueFile) -> Iterator[tuple[Scenario, pytest.Item]]:
        """The selected cases of a family."""
        for case in self._case_runner.cases():
            if case.scenario.family == file.family:
                name = f"{case.scenario.name}[{case.tls}-{self._case_runner.adapter.name}]"
                yield (
                    case.scenario,
                    CaseItem.from_parent(file, name=name, case=case, case_runner=self._case_runner),
                )


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case, case_runner: CaseRunner, **rest: Any) -> None:
        """Made by `from_parent` only."""
        super().__init__(**rest)
        self.case, self.case_runner = case, case_runner

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
