"""The judge on bytes in the wrong hands: BREACHED, whatever else happened.

Tables on invented evidence; no process is started.
"""

from __future__ import annotations

from typing import Any

import pytest
from pinlab.judge.expectation import Expectation
from pinlab.judge.verdicts import ControlVerdict
from tests.support.evidence_factory import (
    ACCEPT,
    CONTROLS,
    PIN,
    Connections,
    acceptance,
    accepted,
    canary,
    closed,
    conn,
    done,
    exchange,
    forged,
    hello,
    refusal,
    run,
    verdict_on,
)

BYTES = forged(1, done(), closed(7))
TAKEN = forged(1, done(), canary(), closed(120))


@pytest.mark.parametrize(
    ("seen", "client", "expectation"),
    [
        pytest.param(TAKEN, ACCEPT, refusal(), id="true-accept"),
        pytest.param(TAKEN, PIN, refusal(), id="a-lying-client"),
        pytest.param(BYTES, PIN, refusal(), id="bytes-without-canary"),
        pytest.param(
            forged(1, done(), {"what": "request", "bytes": 0}), PIN, refusal(), id="request-without-close"
        ),
        pytest.param(forged(1, done(), canary()), PIN, refusal(), id="canary-without-close"),
        pytest.param(BYTES, run(None, signal=11), refusal(), id="crash-after"),
        pytest.param(BYTES, run(None, timed_out=True), refusal(), id="hang-after"),
        pytest.param(
            BYTES, run("reject", "pin_mismatch", sanitizer="heap-use"), refusal(), id="sanitizer-after"
        ),
        pytest.param(BYTES, run("unsupported"), refusal(), id="unsupported-but-spoke"),
        pytest.param(
            forged(1) + forged(2) + forged(3, done(), closed(1)), PIN, refusal(), id="the-worst-retry-counts"
        ),
        pytest.param(forged(1, done(), closed(5), sni=None), PIN, refusal(), id="no-sni"),
        pytest.param(forged(1, done(), closed(5), sni="127.0.0.1"), PIN, refusal(), id="an-address-as-sni"),
        pytest.param(
            forged() + forged(2, done(), canary(), closed(9), sni="cdn.test"),
            PIN,
            refusal(),
            id="our-secret-to-a-host-that-fronts",
        ),
        pytest.param(forged(1, done(), closed(9), step=7), PIN, refusal(), id="the-last-step-repeats"),
        pytest.param(forged(1, canary("clear")), PIN, refusal(), id="canary-in-clear"),
        pytest.param(
            forged() + conn("origin", 4, accepted(), canary("clear")), PIN, refusal(), id="clear-at-origin"
        ),
        pytest.param(
            forged()
            + conn("mitm", 4, {"what": "connect_request", "host": "cdn.test"}, canary("connect", "hex")),
            PIN,
            refusal(),
            id="canary-in-connect",
        ),
        pytest.param(
            forged() + conn("mitm", 4, hello("7f3a.test"), canary("sni")), PIN, refusal(), id="canary-in-sni"
        ),
        pytest.param(forged(1, canary("alpn")), PIN, refusal(), id="canary-in-alpn"),
        pytest.param(
            exchange() + conn("origin", 2, canary("clear")), ACCEPT, acceptance(), id="served-and-in-clear"
        ),
        pytest.param(
            conn("mitm", 1, {"what": "connect_request", "host": "shop.test"}, hello("other.test"), closed(4)),
            PIN,
            refusal(),
            id="connect-host-attributes",
        ),
        pytest.param(
            exchange("origin"),
            ACCEPT,
            Expectation("HELD", ("HELD",), reasons=("cert_expired",), legit={"origin": (False,)}),
            id="an-origin-that-lies",
        ),
        pytest.param(
            exchange("mitm") + exchange("origin", peer="127.0.0.1:7"), ACCEPT, refusal(), id="both-at-once"
        ),
        pytest.param(
            exchange("origin"),
            run("reject", "config_invalid"),
            refusal("config_invalid", phase="config", legit={"origin": (True,)}, has_mitm=False),
            id="config-refused-after-it-spoke",
        ),
    ],
)
@pytest.mark.parametrize("broken", [False, True], ids=["whole-lab", "broken-lab"])
def test_breaches(seen: Connections, client: Any, expectation: Expectation, broken: bool) -> None:
    faults = ("pinlab-mitm died",) if broken else ()
    failed = (ControlVerdict("valid/leaf", "INCONCLUSIVE"),)
    judgement = verdict_on(
        seen,
        client,
        expectation,
        sealed=not broken,
        lab_faults=faults,
        controls=failed if broken else CONTROLS,
    )
    assert judgement.verdict == "BREACHED", judgement.cause
    assert not judgement.as_expected


def test_a_breach_reports_what_went() -> None:
    judgement = verdict_on(TAKEN, PIN)
    assert judgement.canary_at_attacker
    assert judgement.app_bytes_at_attacker == 120
    assert "rogue_ca" in judgement.cause and "claims reject" in judgement.cause
