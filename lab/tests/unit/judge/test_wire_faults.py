"""The judge on faults: what was broken off counts as shown, and an answer that broke off is no answer.

Tables on invented evidence; no process is started.
"""

from __future__ import annotations

from typing import Any

import pytest
from pinlab.evidence.model import Observation
from pinlab.judge.judge import judge
from tests.support.evidence_factory import (
    SERVED_CONTROL,
    accepted,
    closed,
    conn,
    evidence,
    exchange,
    hello,
    refusal,
    run,
)

FAULT = {"what": "fault", "after": "server_hello", "do": "close", "step": 0}
NETWORK = run("reject", "transport_failed")
ANSWER = [*exchange(), *conn("origin", 1, {**FAULT, "after": "body"})]


def outcome(seen: list[Observation], client: Any, **more: Any) -> str:
    more = {"has_mitm": False, "legit": {"origin": (False,)}, **more}
    return judge(refusal("transport_failed", **more), evidence(seen, client), [SERVED_CONTROL]).verdict


def broken(*before: dict[str, Any]) -> list[Observation]:
    return conn("origin", 1, accepted(), *before, FAULT, closed())


@pytest.mark.parametrize("before", [(), (hello(),)], ids=["at the accept", "after the hello"])
def test_a_fault_counts_as_shown(before: tuple[dict[str, Any], ...]) -> None:
    assert outcome(broken(*before), NETWORK) == "HELD"


def test_a_false_alarm_is_the_wrong_reason() -> None:
    assert outcome(broken(hello()), run("reject", "pin_mismatch")) == "WRONG_REASON"


def test_without_the_fault_nothing_was_shown() -> None:
    assert outcome(conn("origin", 1, accepted(), hello(), closed()), NETWORK) == "INCONCLUSIVE"


def test_a_witness_that_could_not_do_its_part_proves_nothing() -> None:
    broken_lab = {"what": "lab_fault", "why": "the client offers no ALPN"}
    assert outcome(conn("origin", 1, accepted(), hello(), broken_lab, closed()), NETWORK) == "INCONCLUSIVE"


def test_a_closed_port_needs_no_witness() -> None:
    assert outcome([], NETWORK, phase="connect") == "HELD"
    assert outcome([], run("accept"), phase="connect") == "INCONCLUSIVE"


def test_a_proxy_that_no_one_came_to_was_not_shown() -> None:
    """A closed port leaves no witness; a proxy that refuses is one."""
    legit = {"origin": (True,), "mitm": (True,), "proxy": (False,)}
    assert outcome([], NETWORK, phase="connect", has_mitm=True, legit=legit) == "INCONCLUSIVE"
    assert outcome([], NETWORK, phase="handshake") == "INCONCLUSIVE"


def test_half_an_answer_is_none() -> None:
    more = {"phase": "request", "legit": {"origin": (True,)}}
    assert outcome(ANSWER, NETWORK, **more) == "HELD"
    assert outcome(ANSWER, run("accept"), **more) == "BREACHED"
