"""The column `unpinned`, proven by a client that has no pins: openssl s_client.

Evidence is shared with the other tests of this run: what they have run already is not run again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from pinlab.catalogue.loader import load_catalogue
from pinlab.clients.api import Run
from pinlab.clients.registry import find as find_adapter
from pinlab.core.enums import Verdict
from pinlab.runner.case_result import run_case
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.cases import cases
from pinlab.runner.known_deviations import apply_known, from_adapter

CATALOGUE = load_catalogue()
PLANNED = [
    (case.scenario.id, case.tls)
    for case in cases(CATALOGUE.scenarios.values(), CATALOGUE.cast, via="address", client="any")
]
NOT_JUDGED = (Verdict.UNSUPPORTED, Verdict.SKIPPED)


@pytest.mark.parametrize(("scenario", "tls"), PLANNED, ids=[f"{name}[{tls}]" for name, tls in PLANNED])
def test_without_pins_a_client_is_breached_exactly_where_the_pin_acts(
    scenario: str, tls: str, open_case_runner: Callable[[str], CaseRunner]
) -> None:
    entry = CATALOGUE.scenario(scenario)
    adapter = find_adapter("openssl_cli")
    assert adapter is not None
    known = from_adapter(adapter.KNOWN, adapter.name)
    case_runner = open_case_runner(adapter.name)
    case = next(case for case in case_runner.cases() if (case.scenario.id, case.tls) == (scenario, tls))
    result = apply_known(run_case(case_runner, case), known, date.today())
    if result.known or result.verdict in NOT_JUDGED:
        return
    the_pin_acts = entry.must_refuse and entry.without_pins == "SERVED"
    assert result.verdict == (Verdict.BREACHED if the_pin_acts else entry.expect), (
        result.transcript or result.cause
    )


@pytest.mark.parametrize(
    ("stderr", "reason"),
    [
        ("verify error:num=10:certificate has expired", "cert_expired"),
        ("connect:errno=111", "transport_failed"),
        ("read:errno=104", "transport_failed"),
        ("s_client: HTTP CONNECT failed: 407 Proxy Authentication Required", "proxy_refused"),
        ("error:0A000126:SSL routines::unexpected eof while reading", "transport_failed"),
        ("error:0A000086:SSL routines::certificate verify failed", None),
        ("error:0A0000C6:SSL routines::packet length too long", None),
        ("", None),
    ],
)
def test_openssl_names_no_reason_that_it_does_not_know(stderr: str, reason: str | None) -> None:
    adapter = find_adapter("openssl_cli")
    assert adapter is not None
    outcome = adapter.outcome(Run(1, None, "", stderr))
    assert (outcome.claim, outcome.reason) == ("reject", reason)
