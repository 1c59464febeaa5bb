"""Plays a run for an outside client: every case after its controls, so that a verdict is due at once.

It orders and counts; running and judging are the case_runner's.
"""

from __future__ import annotations

from pinlab.runner.case_result import lab_fault, run_case, why_not_run
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.cases import Case
from pinlab.runner.external_client import Abandoned
from pinlab.runner.results import Result
from pinlab.serve.external_client import HttpDriver
from pinlab.serve.task_queue import Concluded, Desk


def count_visits(case_runner: CaseRunner) -> int:
    """How many visits the client will make: each case and each control once."""
    met = {each.digest: each for case in case_runner.cases() for each in _with_controls(case_runner, case)}
    return sum(len(case.scenario.expected_visits) for case in met.values())


def play(case_runner: CaseRunner, driver: HttpDriver, desk: Desk) -> None:
    """Play all cases of the case runner in catalogue order. Abandoned: the run is to end now."""
    for case in case_runner.cases():
        try:
            result = _case(case_runner, driver, desk, case)
        except Abandoned:
            raise
        except Exception as error:  # a fault of the lab is reported as one, and the run goes on
            result = lab_fault(case_runner, case, f"lab fault: {type(error).__name__}: {error}")
        desk.add(result)


def _case(case_runner: CaseRunner, driver: HttpDriver, desk: Desk, case: Case) -> Result:
    for control in _with_controls(case_runner, case)[:-1]:
        before = driver.visits
        seen = case_runner.control(control)
        if driver.visits > before:
            facts = (seen.id, control.tls, seen.verdict, seen.expected, seen.passed, seen.cause)
            desk.conclude(Concluded(*facts, control_of=case.scenario.id))
    before = driver.visits
    result = run_case(case_runner, case)
    if driver.visits > before:
        desk.conclude(_concluded(result))
    return result


def _with_controls(case_runner: CaseRunner, case: Case) -> list[Case]:
    """The cases that the client must meet for this one, it last; none where it is not run."""
    return [] if why_not_run(case_runner, case)[1] else [*case_runner.controls(case), case]


def _concluded(result: Result) -> Concluded:
    return Concluded(
        scenario=result.scenario,
        tls=result.tls,
        verdict=str(result.verdict),
        expected=str(result.expected),
        as_expected=result.verdict == result.expected and result.outcome == "passed",
        cause=result.cause,
        reason=result.reason,
        reason_source=str(result.reason_source),
        transcript=result.transcript,
    )
