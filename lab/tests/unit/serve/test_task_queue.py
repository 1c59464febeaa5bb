"""The desk between bench and client: an order of calls, and nothing else. No process and no socket here."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pinlab.evidence.model import Observation, Outcome
from pinlab.serve.guard import objection, own_hosts
from pinlab.serve.task_queue import MOST_OBSERVATIONS, Concluded, Desk, OutOfOrder, VisitTask
from starlette.datastructures import Headers

ACCEPT = Outcome("accept")
DONE = Concluded("family/one", "1.3", "SERVED", "SERVED", True, "accepted")


def task(number: int = 1) -> VisitTask:
    return VisitTask(
        number, 9, "family/one", "1.3", 1, 1, "A summary.", {"host": "shop.test"}, time.monotonic()
    )


def test_a_task_is_taken_claimed_and_judged_in_this_order() -> None:
    desk = Desk()
    assert desk.next() is None and not desk.rests
    desk.offer(task())
    with pytest.raises(OutOfOrder, match="GET /v1/next"):
        desk.claim(ACCEPT)
    taken = desk.next()
    assert taken is not None and desk.rests and not desk.answered
    assert desk.claim(ACCEPT) == 1 and desk.answered and not desk.rests
    with pytest.raises(OutOfOrder):
        desk.claim(ACCEPT)
    assert desk.withdraw() == ACCEPT and desk.verdict() is None and desk.next() is None
    desk.conclude(DONE)
    assert desk.verdict() == DONE


def test_a_claim_for_another_number_is_refused_and_changes_nothing() -> None:
    desk = Desk()
    desk.offer(task(2))
    desk.next()
    with pytest.raises(OutOfOrder, match="number 1 is over; it is the turn of 2"):
        desk.claim(ACCEPT, 1)
    assert not desk.answered and desk.claim(ACCEPT, 2) == 2


def test_nothing_is_claimed_of_a_task_whose_time_was_over() -> None:
    desk = Desk()
    desk.offer(task())
    desk.next()
    assert desk.withdraw() is None
    with pytest.raises(OutOfOrder):
        desk.claim(ACCEPT)


def test_the_verdict_on_an_earlier_task_is_not_given_for_a_later_one() -> None:
    desk = Desk()
    desk.conclude(DONE)
    with pytest.raises(OutOfOrder, match="nothing was judged"):
        desk.verdict()
    desk.offer(task(1))
    desk.next()
    desk.claim(ACCEPT)
    assert desk.verdict() is None


def test_what_is_over_takes_no_claim() -> None:
    desk = Desk()
    desk.offer(task())
    desk.next()
    desk.end(False, "why")
    assert desk.rests and desk.over and desk.next() is None and desk.view().cause == "why"
    with pytest.raises(OutOfOrder, match="finish"):
        desk.claim(ACCEPT)


def test_a_flood_of_observations_is_not_shown_in_full() -> None:
    desk = Desk()
    desk.offer(task())
    tape = [Observation(number, "mitm", number, "accepted") for number in range(3 * MOST_OBSERVATIONS)]
    for end in (10, MOST_OBSERVATIONS + 5, len(tape)):
        desk.show_from(tape[:end])
    assert desk.view().seen == tuple(tape[:MOST_OBSERVATIONS])
    desk.offer(task(2))
    assert desk.view().seen == ()


def test_watchers_are_called_on_each_change_until_they_stop() -> None:
    desk, received = Desk(), []
    stop = desk.watch(lambda: received.append(desk.rests))
    desk.offer(task())
    desk.abandon()
    stop()
    desk.end(True)
    assert received == [True, True]


@given(st.lists(st.sampled_from(["offer", "next", "claim", "withdraw", "conclude", "verdict", "end"])))
def test_no_order_of_calls_breaks_it(calls: list[str]) -> None:
    desk = Desk()
    chapters: dict[str, Callable[[], object]] = {
        "offer": lambda: desk.offer(task()),
        "next": desk.next,
        "claim": lambda: desk.claim(ACCEPT),
        "withdraw": desk.withdraw,
        "conclude": lambda: desk.conclude(DONE),
        "verdict": desk.verdict,
        "end": lambda: desk.end(True),
    }
    for call in calls:
        before = desk.view()
        try:
            chapters[call]()
        except OutOfOrder:
            assert desk.view() == before, "what is refused changes nothing"


HOSTS = own_hosts("127.0.0.1", 4000)
CROSS = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}


@pytest.mark.parametrize(
    ("method", "headers", "field"),
    [
        ("GET", {"host": "127.0.0.1:4000"}, None),
        ("GET", {"host": "LocalHost:4000", "origin": "http://localhost:4000"}, None),
        ("GET", {"host": "localhost:4000", "origin": "http://127.0.0.1:4000"}, "Origin"),
        ("GET", {}, "Host"),
        ("GET", {"host": "127.0.0.1:4000", "sec-fetch-site": "same-origin"}, None),
        ("GET", {"host": "127.0.0.1:4000", "sec-fetch-site": "none"}, None),
        ("GET", {"host": "127.0.0.1:4000", "sec-fetch-site": "cross-site"}, "Sec-Fetch-Site"),
        ("GET", {"host": "localhost:4000", "sec-fetch-site": "same-site"}, "Sec-Fetch-Site"),
        ("GET", {"host": "127.0.0.1:4000", **CROSS, "sec-fetch-dest": "document"}, None),
        ("GET", {"host": "127.0.0.1:4000", **CROSS, "sec-fetch-dest": "iframe"}, "Sec-Fetch-Site"),
        ("POST", {"host": "127.0.0.1:4000", **CROSS, "sec-fetch-dest": "document"}, "Sec-Fetch-Site"),
        ("POST", {"host": "127.0.0.1:4000", "content-type": "Application/JSON; charset=utf-8"}, None),
        ("POST", {"host": "127.0.0.1:4000", "origin": "http://127.0.0.1:4000"}, None),
        ("POST", {"host": "127.0.0.1:4000"}, "Content-Type"),
        ("OPTIONS", {"host": "127.0.0.1:4000"}, "method"),
    ],
)
def test_who_may_speak(method: str, headers: dict[str, str], field: str | None) -> None:
    found = objection(method, Headers(headers), HOSTS)
    assert (found and found[1]) == field


def test_beyond_loopback_only_the_address_itself_is_ours() -> None:
    assert own_hosts("192.0.2.1", 4000) == {"192.0.2.1:4000"}
    assert own_hosts("192.0.2.1", 80) == {"192.0.2.1:80", "192.0.2.1"}
