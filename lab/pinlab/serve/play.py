"""Plays a run for an outside client: every case after its twins, so that a verdict is due at once.

It orders and counts; running and judging are the bench's.
"""

from __future__ import annotations

from pinlab.finding import find, lab_fault, why_not_run
from pinlab.plan import Case
from pinlab.results import Result
from pinlab.runner import Bench
from pinlab.serve.desk import Concluded, Desk
from pinlab.serve.outside import Abandoned, OutsideVisitor


def count_visits(bench: Bench) -> int:
    """How many visits the client will make: each case and each twin once."""
    met = {one.digest: one for case in bench.cases() for one in _with_twins(bench, case)}
    return sum(len(one.scenario.expected_visits) for one in met.values())


def play(bench: Bench, visitor: OutsideVisitor, desk: Desk) -> None:
    """Play all cases of the bench in catalogue order. Abandoned: the run is to end now."""
    for case in bench.cases():
        try:
            result = _case(bench, visitor, desk, case)
        except Abandoned:
            raise
        except Exception as error:  # a fault of the lab is told as one, and the run goes on
            result = lab_fault(bench, case, f"lab fault: {type(error).__name__}: {error}")
        desk.add(result)


def _case(bench: Bench, visitor: OutsideVisitor, desk: Desk, case: Case) -> Result:
    for twin in _with_twins(bench, case)[:-1]:
        before = visitor.visits
        seen = bench.twin(twin)
        if visitor.visits > before:
            facts = (seen.id, twin.tls, seen.verdict, seen.expected, seen.passed, seen.cause)
            desk.conclude(Concluded(*facts, twin_of=case.scenario.id))
    before = visitor.visits
    result = find(bench, case)
    if visitor.visits > before:
        desk.conclude(_concluded(result))
    return result


def _with_twins(bench: Bench, case: Case) -> list[Case]:
    """The cases that the client must meet for this one, it last; none where it is not run."""
    return [] if why_not_run(bench, case)[1] else [*bench.twins(case), case]


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
        story=result.story,
    )
