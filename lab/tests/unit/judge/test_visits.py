"""The judge on several visits, on controls, and on evidence as JSON.

Tables on invented evidence; no process is started.
"""

from __future__ import annotations

from typing import Any

import pytest
from pinlab.evidence.model import Evidence, Observation, ObservedVisit
from pinlab.judge.expectation import Expectation
from pinlab.judge.judge import judge
from tests.support.evidence_factory import (
    ACCEPT,
    CONTROLS,
    PIN,
    REPINNED_CONTROL,
    SERVED_CONTROL,
    SILENT,
    Connections,
    accepted,
    alert,
    closed,
    conn,
    decided,
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

BYTES = forged(1, done(), closed(7))
REFUSED = conn("origin", 1, accepted(), hello(), presented("active"), alert("bad_certificate"), closed())


SWAP = Expectation(
    "HELD",
    ("SERVED", "HELD"),
    reasons=("pin_mismatch",),
    legit={"origin": (True,), "mitm": (True, False)},
    has_mitm=True,
)


def visits(
    *pairs: tuple[Connections, Any], settled: bool = True, words: tuple[str, ...] = SWAP.visits
) -> Evidence:
    each = tuple(
        ObservedVisit(word, client, tuple(seen), settled)
        for word, (seen, client) in zip(words, pairs, strict=False)
    )
    return Evidence(each, True)


@pytest.mark.parametrize(
    ("found", "verdict", "cause"),
    [
        pytest.param(
            visits((relayed(), ACCEPT), (forged(2, step=1), PIN)), "HELD", "pin_mismatch", id="both"
        ),
        pytest.param(
            visits((relayed(), ACCEPT), (forged(2, done(), closed(9), step=1), PIN)),
            "BREACHED",
            "visit 2",
            id="second",
        ),
        pytest.param(
            visits((relayed(), ACCEPT), (forged(2, step=1), SILENT)),
            "HELD",
            "accepted where",
            id="differential",
        ),
        pytest.param(
            visits((relayed(), run(None, signal=9)), (forged(2, step=1), PIN)),
            "INCONCLUSIVE",
            "visit 1",
            id="first",
        ),
        pytest.param(
            visits((relayed(), ACCEPT)), "INCONCLUSIVE", "1 visits took place of 2", id="one-is-missing"
        ),
        pytest.param(
            visits((relayed(), ACCEPT), (forged(2, step=1), PIN), settled=False),
            "INCONCLUSIVE",
            "not read",
            id="unsettled",
        ),
        pytest.param(
            visits((relayed(), run(None, signal=9)), (forged(2, done(), closed(9), step=1), PIN)),
            "BREACHED",
            "visit 2",
            id="the-gravest-is-told",
        ),
    ],
)
def test_several_visits(found: Evidence, verdict: str, cause: str) -> None:
    judgement = judge(SWAP, found, CONTROLS)
    assert judgement.verdict == verdict
    assert cause in judgement.cause


def test_locked_out_too_early_is_no_accident() -> None:
    script = Expectation(
        "LOCKED_OUT", ("SERVED", "LOCKED_OUT"), reasons=("pin_mismatch",), legit={"origin": (True, False)}
    )
    late = conn("origin", 2, hello(step=1), presented("unknown", 1), closed())
    found = visits((REFUSED, PIN), (late, PIN), words=script.visits)
    judgement = judge(script, found, CONTROLS)
    assert judgement.verdict == "INCONCLUSIVE"
    assert "control failed: visit 1" in judgement.cause
    good = visits((exchange(), ACCEPT), (late, PIN), words=script.visits)
    assert judge(script, good, CONTROLS).verdict == "LOCKED_OUT"
    assert "these users are locked out" in judge(script, good, CONTROLS).cause


def test_a_visit_too_many_can_still_breach() -> None:
    found = Evidence((*evidence(forged(), PIN).visits, *evidence(BYTES, PIN).visits), True)
    assert judge(refusal(), found, CONTROLS).verdict == "BREACHED"


def test_no_visit_at_all() -> None:
    assert judge(refusal(), Evidence((), True), CONTROLS).verdict == "INCONCLUSIVE"


def test_unsupported() -> None:
    assert verdict_on([], run("unsupported")).verdict == "UNSUPPORTED"
    assert verdict_on([], run("unsupported", started=False)).verdict == "UNSUPPORTED"
    assert verdict_on([], run("unsupported"), controls=(REPINNED_CONTROL,)).reason is None


def test_an_untrusted_chain_needs_one_control() -> None:
    held = verdict_on(forged(), SILENT, refusal("chain_untrusted"), controls=(SERVED_CONTROL,))
    assert (held.verdict, held.reason, held.reason_source) == ("HELD", "chain_untrusted", "differential")


def test_evidence_survives_json() -> None:
    found = evidence(
        forged() + relayed(2) + [Observation(9, "mitm", None, "settled", {"connections": 2})], PIN
    )
    assert Evidence.from_json(found.to_json()) == found
    with pytest.raises(ValueError, match=r"not pinlab\.evidence/1"):
        Evidence.from_json({"schema": "x"})


def test_decided_is_not_presented() -> None:
    only = conn("mitm", 1, hello(), decided("rogue_ca"), closed())
    assert verdict_on(only, PIN).verdict == "INCONCLUSIVE"
