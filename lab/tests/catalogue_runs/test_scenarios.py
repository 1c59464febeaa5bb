"""The catalogue against one client (--client, --only): an item for each scenario and TLS version.

`pinlab run` collects the same cases; here they stand beside the lab's other tests.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pinlab.catalogue.loader import load_catalogue
from pinlab.catalogue.scenario import Scenario
from pinlab.catalogue.suites import suites_of
from pinlab.core.enums import ResultOutcome
from pinlab.runner.case_result import run_case
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.cases import cases


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item for each selected scenario and TLS version, named as in a run."""
    catalogue = load_catalogue()
    client = metafunc.config.getoption("--client")
    chosen = catalogue.select(metafunc.config.getoption("--only"))
    planned = cases(chosen, catalogue.cast, via="address", client=client)
    if "name" in metafunc.fixturenames:
        names = [f"{case.scenario.id}[{case.tls}-{client}]" for case in planned]
        items = [
            pytest.param(case.scenario.id, case.tls, id=name, marks=marks_of(case.scenario))
            for case, name in zip(planned, names, strict=True)
        ]
        metafunc.parametrize(("name", "tls"), items)


def marks_of(scenario: Scenario) -> list[pytest.MarkDecorator]:
    """`pytest -m smoke` and the like."""
    return [getattr(pytest.mark, suite.value) for suite in suites_of(scenario)]


def test_scenario(
    name: str, tls: str, open_case_runner: Callable[[str], CaseRunner], pytestconfig: pytest.Config
) -> None:
    case_runner = open_case_runner(pytestconfig.getoption("--client"))
    case = next(case for case in case_runner.cases() if (case.scenario.id, case.tls) == (name, tls))
    result = run_case(case_runner, case)
    assert result.outcome in (ResultOutcome.PASSED, ResultOutcome.SKIPPED), result.transcript or result.cause
    assert not (case_runner.adapter.name == "reference" and result.late), (
        "the reference client must never be late"
    )
