"""The lab's own proof that it can fail: each flaw is caught by every scenario that claims it.

And the same program without a flaw passes everything, so that nothing but the flaw was caught.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pinlab.catalogue.loader import load_catalogue
from pinlab.core.enums import ResultOutcome, Verdict
from pinlab.runner.case_result import run_case
from pinlab.runner.case_runner import CaseRunner

SCENARIOS = load_catalogue().scenarios.values()
CLAIMS = sorted({(flaw, scenario.id) for scenario in SCENARIOS for flaw in scenario.caught_by})
CAUGHT = (Verdict.BREACHED, Verdict.LOCKED_OUT, Verdict.WRONG_REASON, Verdict.INCONCLUSIVE)
"""Never the expected verdict, and never silence."""


@pytest.mark.parametrize(("flaw", "scenario"), CLAIMS, ids=[f"{flaw}-{name}" for flaw, name in CLAIMS])
def test_the_scenario_catches_the_flaw(
    flaw: str, scenario: str, open_case_runner: Callable[..., CaseRunner]
) -> None:
    case_runner = open_case_runner(f"flawed:{flaw}")
    found = [run_case(case_runner, case) for case in case_runner.cases() if case.scenario.id == scenario]
    missed = [f"TLS {result.tls}: {result.verdict}, {result.cause}" for result in found if result.as_expected]
    assert found and not missed, f"{flaw} got away with {scenario}: {'; '.join(missed)}"
    assert all(result.verdict in CAUGHT for result in found), [result.verdict for result in found]


@pytest.mark.parametrize("scenario", [scenario.id for scenario in SCENARIOS])
def test_without_a_flaw_everything_passes(scenario: str, open_case_runner: Callable[..., CaseRunner]) -> None:
    case_runner = open_case_runner("flawed:none")
    for case in case_runner.cases():
        if case.scenario.id == scenario:
            result = run_case(case_runner, case)
            assert result.outcome == ResultOutcome.PASSED, result.transcript or result.cause


@pytest.mark.parametrize(
    ("flaw", "scenario"),
    [("no_pins_behind_proxy", "misissued/by_our_authority"), ("secrets_in_connect", "valid/relayed")],
)
def test_what_shows_only_behind_a_proxy_is_caught_there(
    flaw: str, scenario: str, open_case_runner: Callable[..., CaseRunner]
) -> None:
    case_runner, good = open_case_runner(f"flawed:{flaw}", "proxy"), open_case_runner("flawed:none", "proxy")
    for entry, expected in ((case_runner, Verdict.BREACHED), (good, None)):
        for case in entry.cases():
            if case.scenario.id == scenario:
                assert run_case(entry, case).verdict == (expected or case.scenario.expect)
