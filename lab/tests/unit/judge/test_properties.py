"""Laws of the judge that hold for all evidence, tried on generated evidence.

They guard against the worst error, a false pass; hypothesis looks for one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pinlab.core.enums import Reason, Verdict
from pinlab.evidence.connection import connections
from pinlab.evidence.model import ClientRun, Evidence, Observation, ObservedVisit, Outcome
from pinlab.judge.expectation import Expectation
from pinlab.judge.judge import judge
from pinlab.judge.verdicts import ControlVerdict
from pinlab.judge.wire_facts import is_for
from tests.support.evidence_factory import CONTROLS

EXAMPLES = 150
"""For each law; the seconds of a run, not the limits of the law, set it."""
Controls = list[ControlVerdict]
PASSES = ("HELD", "SERVED", "LOCKED_OUT")
HOST = "shop.test"
UNSEEN = ("config", "connect")
"""Where a client rightly ends before any witness sees it: bad pins, a closed port. Its controls speak for it."""
steps = st.one_of(st.none(), st.integers(0, 3))
names = st.sampled_from([None, HOST, "SHOP.TEST.", "cdn.test", "127.0.0.1"])
peers = st.sampled_from(["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"])


def _fact(what: str, **values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"what": st.just(what), **values})


def _observation(who: str, conn: int, fact: dict[str, Any]) -> Observation:
    return Observation(0, who, conn, fact["what"], {key: fact[key] for key in fact if key != "what"})


facts = st.one_of(
    _fact("accepted", peer=peers),
    _fact("client_hello", sni=names, step=steps, early_data=st.booleans()),
    _fact("connect_request", host=names),
    _fact("decided", decision=st.sampled_from(["relay", "impersonate", "drop"])),
    _fact("presented", step=steps, label=st.just("x")),
    _fact("dropped", step=steps),
    _fact("handshake_done"),
    _fact("upstream", local=peers),
    _fact("canary_seen", where=st.sampled_from(["tls", "tls", "clear", "sni"])),
    _fact("request", bytes=st.integers(0, 9)),
    _fact("closed", app_bytes=st.integers(0, 3), how=st.just("eof")),
    _fact(
        "alert",
        direction=st.sampled_from(["sent", "received"]),
        name=st.sampled_from(["unknown_ca", "certificate_expired", "close_notify", "bad_certificate"]),
    ),
)
observations = st.lists(
    st.builds(_observation, st.sampled_from(["origin", "mitm"]), st.integers(1, 3), facts), max_size=14
).map(tuple)
reasons = st.sampled_from([None, "", "nonsense", *Reason])
claims = st.sampled_from([None, "accept", "reject", "reject", "unsupported", "x"])
runs = st.builds(
    ClientRun,
    outcome=st.builds(
        Outcome, st.sampled_from([None, "accept", "reject", "reject", "unsupported", "x"]), reasons
    ),
    signal=st.sampled_from([None, None, None, 11]),
    timed_out=st.sampled_from([False, False, False, True]),
    started=st.sampled_from([True, True, True, False]),
    sanitizer=st.sampled_from([None, None, None, "heap-use-after-free"]),
)
words = st.sampled_from(["HELD", "SERVED", "LOCKED_OUT"])
legits = st.lists(st.booleans(), max_size=3).map(tuple)
expectations = st.builds(
    lambda expect, more, **rest: Expectation(expect, (*more, expect), **rest),
    words,
    st.lists(words, max_size=1).map(tuple),
    reasons=st.lists(st.sampled_from(list(Reason)), max_size=3).map(tuple),
    phase=st.sampled_from(["config", "connect", "handshake", "handshake", "request"]),
    legit=st.fixed_dictionaries({"origin": legits, "mitm": legits}),
    direct=st.booleans(),
    has_mitm=st.booleans(),
    repeats=st.lists(st.booleans(), max_size=3).map(tuple),
)
evidences = st.builds(
    Evidence,
    st.lists(st.builds(ObservedVisit, words, runs, observations, st.booleans()), max_size=3).map(tuple),
    st.sampled_from([True, True, True, False]),
    st.sampled_from([(), (), ("pinlab-mitm died",)]),
)
controls = st.lists(
    st.builds(ControlVerdict, st.just("valid/leaf"), st.sampled_from(list(Verdict))), max_size=2
)


@settings(max_examples=EXAMPLES)
@given(expectations, evidences, controls)
def test_the_judge_is_total_and_says_only_known_words(
    e: Expectation, found: Evidence, t: list[ControlVerdict]
) -> None:
    judgement = judge(e, found, t)
    assert judgement.verdict in tuple(Verdict)
    assert judgement.cause
    assert Evidence.from_json(found.to_json()) == found


@settings(max_examples=EXAMPLES)
@given(expectations, evidences, controls)
def test_a_byte_at_an_illegitimate_step_never_passes(
    e: Expectation, found: Evidence, t: list[ControlVerdict]
) -> None:
    taken = [
        connection
        for visit in found.visits
        for connection in connections(visit)
        if connection.of_the_client
        and (
            connection.canary_in_clear
            or (
                connection.app_bytes
                and is_for(connection, HOST)
                and e.is_legit(connection.who, connection.step) is False
            )
        )
    ]
    judgement = judge(e, found, t)
    if taken:
        assert judgement.verdict == "BREACHED"
    if judgement.canary_at_attacker or judgement.app_bytes_at_attacker:
        assert judgement.verdict == "BREACHED"


@given(expectations, st.lists(runs, min_size=1, max_size=3), controls)
def test_nothing_happened_never_passes(
    e: Expectation, clients: list[ClientRun], t: list[ControlVerdict]
) -> None:
    empty = Evidence(
        tuple(ObservedVisit(word, run) for word, run in zip(e.visits, clients, strict=False)), True
    )
    if e.phase not in UNSEEN:
        assert judge(e, empty, t).verdict not in PASSES


@settings(max_examples=EXAMPLES)
@given(expectations, evidences)
def test_an_attack_that_was_not_shown_is_never_held(e: Expectation, found: Evidence) -> None:
    hidden = tuple(
        replace(
            visit, observations=tuple(o for o in visit.observations if o.what not in ("presented", "dropped"))
        )
        for visit in found.visits
    )
    judgement = judge(e, replace(found, visits=hidden), CONTROLS)
    if e.phase not in UNSEEN:
        assert judgement.verdict != "HELD"
        assert not (judgement.verdict == "LOCKED_OUT" and judgement.as_expected)


@settings(max_examples=EXAMPLES)
@given(expectations, evidences, controls)
def test_a_failed_or_missing_control_is_never_held(
    e: Expectation, found: Evidence, t: list[ControlVerdict]
) -> None:
    if not t or any(control.verdict != "SERVED" for control in t):
        judgement = judge(e, found, t)
        assert judgement.verdict != "HELD"
        assert not (judgement.verdict == "LOCKED_OUT" and judgement.as_expected)


@settings(max_examples=EXAMPLES)
@given(expectations, evidences, controls)
def test_a_pass_needs_a_whole_lab_and_a_living_client(
    e: Expectation, found: Evidence, t: list[ControlVerdict]
) -> None:
    judgement = judge(e, found, t)
    if judgement.as_expected:
        assert found.sealed and not found.lab_faults
        assert len(found.visits) == len(e.visits)
        for visit in found.visits:
            run = visit.client
            assert run.started and not run.timed_out and run.signal is None and not run.sanitizer
            assert run.outcome.claim in ("accept", "reject")
    if judgement.verdict == "SERVED":
        assert judgement.as_expected
        assert found.visits[-1].client.outcome.claim == "accept" or len(found.visits) > 1


@settings(max_examples=EXAMPLES)
@given(expectations, evidences, st.sampled_from(["HELD", "SERVED", "LOCKED_OUT"]))
def test_an_early_hello_is_never_held(e: Expectation, found: Evidence, word: str) -> None:
    early = Observation(0, "mitm", 1, "client_hello", {"sni": HOST, "step": 0, "early_data": True})
    visits = tuple(replace(visit, observations=(early, *visit.observations)) for visit in found.visits)
    expectation = replace(e, expect=word, visits=(word,) * len(e.visits))
    assert judge(expectation, replace(found, visits=visits), CONTROLS).verdict != "HELD"
