"""The judge on refusals: what makes HELD, and what is not enough for it.

Tables on invented evidence; no process is started.
"""

from __future__ import annotations

from typing import Any

import pytest
from pinlab.evidence.model import Observation
from pinlab.judge.expectation import Expectation
from pinlab.judge.verdicts import ControlVerdict
from tests.support.evidence_factory import (
    ACCEPT,
    CONTROLS,
    PIN,
    SERVED_CONTROL,
    SILENT,
    Connections,
    accepted,
    alert,
    closed,
    conn,
    done,
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
    ("seen", "client", "expectation", "verdict", "source", "late"),
    [
        pytest.param(forged(), PIN, refusal(), "HELD", "client", False, id="stated"),
        pytest.param(
            forged(1, closed(0, "reset")), PIN, refusal(), "HELD", "client", False, id="reset-is-eof"
        ),
        pytest.param(forged(1, done(), closed()), PIN, refusal(), "HELD", "client", True, id="late"),
        pytest.param(
            forged(1, done(), closed(0, "reset")),
            SILENT,
            refusal(),
            "HELD",
            "differential",
            True,
            id="late-reset",
        ),
        pytest.param(forged(), SILENT, refusal(), "HELD", "differential", False, id="differential"),
        pytest.param(
            forged(1, alert("unknown_ca", 48), closed()),
            SILENT,
            refusal("chain_untrusted"),
            "HELD",
            "alert",
            False,
            id="alert-unknown-ca",
        ),
        pytest.param(
            forged(1, alert("certificate expired", 45), closed()),
            SILENT,
            refusal("cert_not_yet_valid"),
            "HELD",
            "alert",
            False,
            id="alert-expired",
        ),
        pytest.param(
            forged(1, alert("bad_certificate", 42), closed()),
            SILENT,
            refusal("name_mismatch"),
            "HELD",
            "differential",
            False,
            id="alert-says-nothing",
        ),
        pytest.param(
            forged(1) + forged(2) + forged(3), PIN, refusal(), "HELD", "client", False, id="retries"
        ),
        pytest.param(
            conn("mitm", 1, accepted(), closed()) + forged(2),
            PIN,
            refusal(),
            "HELD",
            "client",
            False,
            id="preconnect",
        ),
        pytest.param(forged(sni=None), PIN, refusal(), "HELD", "client", False, id="no-sni"),
        pytest.param(forged(sni="SHOP.test."), PIN, refusal(), "HELD", "client", False, id="sni-in-capitals"),
        pytest.param(
            conn("mitm", 1, accepted(), {"what": "dropped", "step": 0, "kind": "reset", "how": "reset"}),
            SILENT,
            refusal("transport_failed"),
            "HELD",
            "differential",
            False,
            id="dropped",
        ),
        pytest.param(
            forged()
            + exchange("mitm", 2)[:0]
            + conn("mitm", 9, accepted(), hello("cdn.test"), done(), closed(99)),
            PIN,
            refusal(),
            "HELD",
            "client",
            False,
            id="other-hosts-are-not-judged",
        ),
        pytest.param(
            forged(),
            PIN,
            refusal(word="LOCKED_OUT"),
            "LOCKED_OUT",
            "client",
            False,
            id="accident-refused-as-pins-must",
        ),
        pytest.param(
            forged(), run("reject", "chain_untrusted"), refusal(), "WRONG_REASON", "client", False, id="wrong"
        ),
        pytest.param(
            forged(),
            run("reject", "chain_untrusted"),
            refusal("pin_mismatch", "chain_untrusted"),
            "HELD",
            "client",
            False,
            id="also-right",
        ),
    ],
)
def test_refusals(
    seen: Connections, client: Any, expectation: Expectation, verdict: str, source: str, late: bool
) -> None:
    judgement = verdict_on(seen, client, expectation)
    assert (judgement.verdict, judgement.reason_source, judgement.late) == (verdict, source, late), (
        judgement.cause
    )
    assert judgement.app_bytes_at_attacker == 0
    assert not judgement.canary_at_attacker
    assert judgement.as_expected == (verdict != "WRONG_REASON")


EARLY = conn("mitm", 1, accepted(), hello(early_data=True), presented("rogue_ca"), closed())
HONEST_ONLY = conn("mitm", 1, accepted(), hello(step=0), presented("pass_through", 0), closed())


@pytest.mark.parametrize(
    ("seen", "client", "controls", "cause"),
    [
        pytest.param([], PIN, CONTROLS, "never met: no connection", id="never-connected"),
        pytest.param(
            conn("mitm", 1, accepted(), closed()), PIN, CONTROLS, "never met: no ClientHello", id="no-hello"
        ),
        pytest.param(
            conn("mitm", 1, hello(), closed()), PIN, CONTROLS, "never met: no certificate", id="not-presented"
        ),
        pytest.param(forged(sni="cdn.test"), PIN, CONTROLS, "never met", id="lie-to-another-host"),
        pytest.param(EARLY, PIN, CONTROLS, "early data", id="early-data"),
        pytest.param(forged(), run(None, timed_out=True), CONTROLS, "hung", id="hang"),
        pytest.param(
            forged(), run("reject", "pin_mismatch", timed_out=True), CONTROLS, "hung", id="claim-then-hang"
        ),
        pytest.param(forged(), run(None, signal=11), CONTROLS, "signal 11", id="crash"),
        pytest.param(forged(), run(None, started=False), CONTROLS, "never started", id="not-started"),
        pytest.param(
            forged(), run("reject", "pin_mismatch", sanitizer="heap"), CONTROLS, "sanitizer", id="sanitizer"
        ),
        pytest.param(forged(), run(None, exit_code=1), CONTROLS, "no claim", id="no-claim"),
        pytest.param(forged(), run("maybe"), CONTROLS, "no word", id="an-unknown-claim"),
        pytest.param(forged(), ACCEPT, CONTROLS, "claim and wire disagree", id="a-false-accept"),
        pytest.param(forged() + exchange(), ACCEPT, CONTROLS, "around the interceptor", id="direct-accept"),
        pytest.param(forged() + exchange(), PIN, CONTROLS, "around the interceptor", id="direct-reject"),
        pytest.param(forged(), PIN, (), "control failed: no control", id="no-control"),
        pytest.param(
            forged(),
            PIN,
            (ControlVerdict("v/l", "LOCKED_OUT", "x"),),
            "control failed: v/l",
            id="refuses-all",
        ),
        pytest.param(
            forged(),
            PIN,
            (SERVED_CONTROL, ControlVerdict("r", "INCONCLUSIVE")),
            "control failed: r",
            id="one-twin-failed",
        ),
        pytest.param(forged(), SILENT, (SERVED_CONTROL,), "1 of 2 controls", id="a-pin-needs-two"),
        pytest.param(
            forged(1, alert("unknown_ca"), closed()),
            SILENT,
            (SERVED_CONTROL,),
            "1 of 2",
            id="unknown-ca-names-no-pin",
        ),
    ],
)
def test_inconclusive_refusals(seen: Connections, client: Any, controls: Any, cause: str) -> None:
    judgement = verdict_on(seen, client, controls=controls)
    assert judgement.verdict == "INCONCLUSIVE"
    assert cause in judgement.cause
    assert not judgement.as_expected


def test_a_preconnect_to_the_attacker_and_an_honest_request_prove_nothing() -> None:
    script = refusal(legit={"origin": (True,), "mitm": (False, True)})
    judgement = verdict_on(forged(1, done(), closed()) + exchange("mitm", 2, step=1), ACCEPT, script)
    assert judgement.verdict == "INCONCLUSIVE"
    assert "disagree" in judgement.cause


def test_only_honest_steps_shown_is_no_attack() -> None:
    judgement = verdict_on(HONEST_ONLY, PIN, refusal(legit={"origin": (True,), "mitm": (True, False)}))
    assert judgement.verdict == "INCONCLUSIVE"
    assert "only legitimate steps" in judgement.cause


def test_a_drop_for_want_of_an_origin_is_no_attack() -> None:
    failed = {"what": "upstream_failed", "why": "the real origin cannot be reached"}
    drop = {"what": "dropped", "step": 0, "kind": "rogue_ca", "how": "close"}
    seen = conn("mitm", 1, accepted(), hello(), failed, drop, closed())
    for client in (SILENT, run("reject", "transport_failed")):
        judgement = verdict_on(seen, client, refusal("transport_failed"))
        assert judgement.verdict == "INCONCLUSIVE"
        assert "cannot be reached" in judgement.cause
    assert verdict_on(seen + forged(2, done(), closed(3)), SILENT).verdict == "BREACHED"


def test_a_look_at_the_origin_is_not_the_clients() -> None:
    looked = {"what": "upstream", "local": "127.0.0.1:40009"}
    relay = [Observation(0, "mitm", 1, "upstream", looked), *relayed()]
    attacked = refusal("cert_expired", legit={"origin": (False,), "mitm": (True,)})
    peek = conn("origin", 8, accepted("127.0.0.1:40009"), hello(), presented("expired"), done(), closed())
    refused = [observation for observation in relay if observation.who == "mitm"]
    judgement = verdict_on(
        refused + peek, run("reject", "cert_expired"), attacked, controls=(SERVED_CONTROL,)
    )
    assert judgement.verdict == "INCONCLUSIVE", judgement.cause


def test_the_interceptors_own_connection_is_not_the_clients() -> None:
    upstream = forged(1, {"what": "upstream", "local": "127.0.0.1:40001"}, closed())
    judgement = verdict_on(upstream + exchange("origin", peer="127.0.0.1:40001"), PIN)
    assert judgement.verdict == "HELD", judgement.cause
    assert judgement.canary_at_origin


def test_the_origin_may_be_met_directly_where_the_scenario_says_so() -> None:
    judgement = verdict_on(forged() + exchange(), PIN, refusal(direct=True))
    assert judgement.verdict == "HELD"
    assert judgement.canary_at_origin and not judgement.canary_at_attacker


def test_a_client_meets_a_bad_origin_through_a_relay() -> None:
    attacked = refusal("cert_expired", legit={"origin": (False,), "mitm": (True,)})
    assert verdict_on(relayed(), ACCEPT, attacked, controls=(SERVED_CONTROL,)).verdict == "BREACHED"
    refused = [
        observation
        for observation in relayed()
        if observation.what not in ("canary_seen", "request", "closed")
    ]
    assert (
        verdict_on(refused, run("reject", "cert_expired"), attacked, controls=(SERVED_CONTROL,)).verdict
        == "HELD"
    )
