"""The judge on acceptances, on unusable configurations, and on a broken lab.

Tables on invented evidence; no process is started.
"""

from __future__ import annotations

from typing import Any

import pytest
from pinlab.judge.expectation import Expectation
from pinlab.judge.judge import judge
from tests.support.evidence_factory import (
    ACCEPT,
    PIN,
    SERVED_CONTROL,
    SILENT,
    Connections,
    acceptance,
    accepted,
    alert,
    closed,
    conn,
    done,
    evidence,
    exchange,
    forged,
    hello,
    presented,
    refusal,
    relayed,
    run,
    verdict_on,
)


@pytest.mark.parametrize(
    ("seen", "client", "verdict", "source"),
    [
        pytest.param([], run("reject", "config_invalid"), "HELD", "client", id="before-any-connection"),
        pytest.param([], SILENT, "HELD", "differential", id="not-stated"),
        pytest.param([], run("reject", "pin_mismatch"), "WRONG_REASON", "client", id="wrong"),
        pytest.param([], ACCEPT, "INCONCLUSIVE", "none", id="accept-of-nothing"),
        pytest.param(
            conn("origin", 1, accepted(), closed()),
            run("reject", "config_invalid"),
            "WRONG_REASON",
            "client",
            id="connected-first",
        ),
        pytest.param(forged(), run("reject", "config_invalid"), "WRONG_REASON", "client", id="met-the-lie"),
    ],
)
def test_config_phase(seen: Connections, client: Any, verdict: str, source: str) -> None:
    expectation = refusal("config_invalid", phase="config")
    judgement = verdict_on(seen, client, expectation, controls=(SERVED_CONTROL,))
    assert (judgement.verdict, judgement.reason_source) == (verdict, source), judgement.cause


NO_CANARY = conn("origin", 1, accepted(), hello(), presented("active"), done(), closed(80))
REFUSED = conn("origin", 1, accepted(), hello(), presented("active"), alert("bad_certificate"), closed())


@pytest.mark.parametrize(
    ("seen", "client", "expectation", "verdict", "cause"),
    [
        pytest.param(exchange(), ACCEPT, acceptance(), "SERVED", "arrived on origin", id="served"),
        pytest.param(relayed(), ACCEPT, acceptance(True), "SERVED", "origin", id="through-a-relay"),
        pytest.param(exchange("mitm"), ACCEPT, acceptance(True), "SERVED", "mitm", id="by-a-legitimate-lie"),
        pytest.param(
            conn("origin", 7, accepted(), closed()) + exchange(),
            ACCEPT,
            acceptance(),
            "SERVED",
            "",
            id="preconnect",
        ),
        pytest.param(exchange(), ACCEPT, acceptance(True), "INCONCLUSIVE", "around", id="around-the-relay"),
        pytest.param(exchange(), ACCEPT, acceptance(True, direct=True), "SERVED", "", id="direct-is-allowed"),
        pytest.param(
            exchange(), PIN, acceptance(), "INCONCLUSIVE", "disagree: reject", id="reject-but-served"
        ),
        pytest.param(NO_CANARY, ACCEPT, acceptance(), "INCONCLUSIVE", "canary was in none", id="no-canary"),
        pytest.param(
            REFUSED, ACCEPT, acceptance(), "INCONCLUSIVE", "no application byte", id="accept-of-nothing"
        ),
        pytest.param([], ACCEPT, acceptance(), "INCONCLUSIVE", "no connection", id="accept-unseen"),
        pytest.param(REFUSED, PIN, acceptance(), "LOCKED_OUT", "pin_mismatch", id="locked-out"),
        pytest.param(
            REFUSED, SILENT, acceptance(), "LOCKED_OUT", "alert bad_certificate", id="locked-out-mute"
        ),
        pytest.param(
            NO_CANARY, PIN, acceptance(), "INCONCLUSIVE", "without the canary", id="reject-after-request"
        ),
        pytest.param([], PIN, acceptance(), "INCONCLUSIVE", "without a ClientHello", id="no-hello"),
        pytest.param(
            conn("origin", 1, hello(), closed()),
            PIN,
            acceptance(),
            "INCONCLUSIVE",
            "no certificate",
            id="unshown",
        ),
        pytest.param(
            exchange(), run(None, signal=6), acceptance(), "INCONCLUSIVE", "signal 6", id="served-crash"
        ),
        pytest.param(exchange(), run("unsupported"), acceptance(), "UNSUPPORTED", "", id="unsupported"),
    ],
)
def test_acceptances(
    seen: Connections, client: Any, expectation: Expectation, verdict: str, cause: str
) -> None:
    judgement = judge(expectation, evidence(seen, client, expect="SERVED"))
    assert judgement.verdict == verdict, judgement.cause
    assert cause in judgement.cause


def test_a_refused_attack_is_no_lock_out() -> None:
    script = Expectation(
        "SERVED", ("SERVED",), legit={"origin": (True,), "mitm": (True, False)}, has_mitm=True
    )
    shown = conn("mitm", 1, hello(), presented("pass_through"), closed()) + forged(2, step=1)
    judgement = judge(script, evidence(shown, PIN, expect="SERVED"))
    assert judgement.verdict == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"sealed": False}, "did not seal"),
        ({"lab_faults": ("sanitizer report in pinlab-mitm",)}, "sanitizer report in pinlab-mitm"),
    ],
)
@pytest.mark.parametrize("word", ["HELD", "SERVED"])
def test_a_broken_lab_concludes_nothing(changes: dict[str, Any], cause: str, word: str) -> None:
    if word == "HELD":
        judgement = verdict_on(forged(), PIN, **changes)
    else:
        judgement = judge(acceptance(), evidence(exchange(), ACCEPT, expect="SERVED", **changes))
    assert judgement.verdict == "INCONCLUSIVE"
    assert cause in judgement.cause


def test_bytes_at_no_known_step_conclude_nothing() -> None:
    lost = conn("mitm", 2, accepted(), closed(12))
    judgement = verdict_on(forged() + lost, PIN, refusal(legit={"origin": (True,), "mitm": (True, False)}))
    assert judgement.verdict == "INCONCLUSIVE"
