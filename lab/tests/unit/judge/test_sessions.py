"""The judge and the visits of one process: resumed attacks, connections of an earlier visit, early data."""

from __future__ import annotations

from dataclasses import replace

from pinlab.catalogue.loader import load_catalogue
from pinlab.core.enums import Verdict
from pinlab.evidence.connection import connections
from pinlab.evidence.continued_connections import carry
from pinlab.evidence.model import Evidence, Observation, ObservedVisit
from pinlab.judge.expectation import Expectation
from pinlab.judge.judge import judge
from tests.support.evidence_factory import (
    CONTROLS,
    acceptance,
    accepted,
    alert,
    canary,
    closed,
    conn,
    decided,
    done,
    evidence,
    exchange,
    hello,
    presented,
    refusal,
    run,
)

RESUMED = {"what": "resumed", "step": 1, "label": "active"}
SESSION = Expectation(
    "HELD",
    ("SERVED", "HELD"),
    reasons=("pin_mismatch",),
    legit={"origin": (True, False), "mitm": ()},
)


def resumed(*then: dict[str, object], number: int = 2) -> list[Observation]:
    return conn("origin", number, accepted("127.0.0.1:50002"), hello(step=1), done(), RESUMED, *then)


def two(second: list[Observation], claim: str = "reject", reason: str | None = "pin_mismatch") -> Evidence:
    """A first visit that went well, and `second` after it, as the runner hands them out."""
    first = exchange()[:-1]
    seen = (*carry(first, second), *second)
    served = ObservedVisit("SERVED", run("accept"), tuple(first))
    return Evidence((served, ObservedVisit("HELD", run(claim, reason), seen)), True)


def test_a_resumed_attack_that_got_bytes_is_a_breach() -> None:
    judgement = judge(SESSION, two(resumed(canary(), closed(120)), "accept", None), CONTROLS)
    assert judgement.verdict == Verdict.BREACHED
    assert judgement.app_bytes_at_attacker == 120


def test_a_resumed_attack_counts_as_shown() -> None:
    judgement = judge(SESSION, two(resumed(alert("bad_certificate"), closed(0))), CONTROLS)
    assert (judgement.verdict, judgement.late) == (Verdict.HELD, True)


def test_a_resumed_honest_connection_serves() -> None:
    both = replace(acceptance(), visits=("SERVED", "SERVED"))
    seen = two(resumed(canary(), closed(120)), "accept", None)
    assert judge(replace(both, legit={"origin": (True,)}), seen).verdict == Verdict.SERVED


def test_an_honest_session_that_is_refused_locks_out() -> None:
    both = replace(acceptance(), visits=("SERVED", "SERVED"))
    assert judge(both, two(resumed(closed(0)))).verdict == Verdict.LOCKED_OUT


def test_the_connection_of_an_earlier_visit_is_a_breach_where_a_refusal_is_due() -> None:
    again = conn("origin", 1, {"what": "request", "bytes": 80}, canary(), closed(200))
    judgement = judge(SESSION, two(again, "accept", None), CONTROLS)
    assert judgement.verdict == Verdict.BREACHED
    assert "earlier visit" in judgement.cause


def test_an_open_connection_is_no_breach_where_nothing_new_was_asked() -> None:
    """An attack that only a new connection would meet was not met: that says nothing, good or bad."""
    again = conn("origin", 1, {"what": "request", "bytes": 80}, canary(), closed(200))
    same = replace(SESSION, repeats=(False, True))
    judgement = judge(same, two(again, "accept", None), CONTROLS)
    assert judgement.verdict == Verdict.INCONCLUSIVE and "never met" in judgement.cause
    both = judge(same, two([*again, *resumed(canary(), closed(120))], "accept", None), CONTROLS)
    assert both.verdict == Verdict.BREACHED


def test_what_a_visit_asks_anew_is_read_from_the_scenario() -> None:
    scenarios = load_catalogue().scenarios
    assert Expectation.of(scenarios["session/resume_on_rogue"]).repeats == (False, True)
    for name in (
        "resume_after_pin_change",
        "resume_after_trust_change",
        "cross_host",
        "expires_mid_connection",
    ):
        assert Expectation.of(scenarios[f"session/{name}"]).repeats == (False, False), name


def test_the_connection_of_an_earlier_visit_serves_where_nothing_has_changed() -> None:
    again = conn("origin", 1, {"what": "request", "bytes": 80}, canary())
    both = replace(acceptance(), visits=("SERVED", "SERVED"))
    assert judge(both, two(again, "accept", None)).verdict == Verdict.SERVED


def test_an_old_connection_that_only_ends_is_no_part_of_a_visit() -> None:
    second = [*conn("origin", 1, closed(120)), *resumed(closed(0))]
    facts = two(second)
    assert [connection.conn for connection in connections(facts.visits[1])] == [2]
    assert judge(SESSION, facts, CONTROLS).verdict == Verdict.HELD


def test_bytes_are_counted_once() -> None:
    again = conn("origin", 1, {"what": "request", "bytes": 80}, closed(200))
    (connection,) = connections(two(again).visits[1])
    assert connection.carried and not connection.hello and not connection.presented
    assert (connection.app_bytes, connection.step, connection.sni) == (80, 0, "shop.test")


def test_a_relayed_connection_stays_relayed() -> None:
    before = [
        *conn(
            "mitm",
            1,
            accepted(),
            hello(),
            decided("pass_through", "relay"),
            {"what": "upstream", "local": "a"},
        ),
        *conn("origin", 1, accepted("a"), hello(), presented("active"), done()),
    ]
    second = [*conn("origin", 1, canary()), *conn("mitm", 1, {"what": "relayed", "bytes_up": 9})]
    visit = ObservedVisit("SERVED", run("accept"), (*carry(before, second), *second))
    (connection,) = connections(visit)
    assert connection.relayed and connection.of_the_client


def test_early_data_at_the_attacker_is_a_breach_though_the_handshake_fails() -> None:
    early = {"what": "early_data", "bytes": 99}
    seen = conn("mitm", 1, accepted(), hello(early_data=True), decided("resume_stolen"), early, canary())
    judgement = judge(refusal(), evidence(seen), CONTROLS)
    assert judgement.verdict == Verdict.BREACHED
    assert judgement.app_bytes_at_attacker == 99


def test_each_visit_is_judged_for_the_host_that_it_asks_for() -> None:
    other = resumed(canary(), closed(120))
    other[1] = Observation(0, "origin", 2, "client_hello", {**other[1].facts, "sni": "other.test"})
    hosts = ("shop.test", "other.test")
    assert (
        judge(replace(SESSION, hosts=hosts), two(other, "accept", None), CONTROLS).verdict == Verdict.BREACHED
    )
    away = replace(SESSION, hosts=("shop.test", "third.test"))
    assert "no connection for third.test" in judge(away, two(resumed(closed(0))), CONTROLS).cause
