"""Numbers that are numbers and absurd: a brief or command line with one is refused, by name of its key."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from pinlab.processes.binaries import program
from pinlab.runner.workers import worker_count

pytestmark = pytest.mark.usefixtures("programs")
HUGE = 10**30
BEYOND = "expected a whole number, and below 2^63"
STEP = {"label": "a", "chain": "/nowhere", "key": "/nowhere"}
ORIGIN: dict[str, Any] = {"schema": "pinlab.origin/1", "queue": [STEP]}
MITM: dict[str, Any] = {"schema": "pinlab.mitm/1", "now": 1, "script": [{"kind": "self_signed"}]}
MINT = {"schema": "pinlab.recipe/1", "out": "/nowhere/at/all", "now": HUGE}


def refused(name: str, brief: dict[str, Any]) -> str:
    """What a program says to a brief that it does not take."""
    text = json.dumps(brief)
    done = subprocess.run(
        [program(name)], input=text, capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr.strip()


@pytest.mark.parametrize(
    ("more", "output"),
    [
        ({"queue": [{**STEP, "times": HUGE}]}, f"queue[0].times: {BEYOND}"),
        ({"queue": [{**STEP, "times": 1e30}]}, f"queue[0].times: {BEYOND}"),
        ({"queue": [{**STEP, "times": 10**9}]}, "queue[0].times: expected 1 to 1000000"),
        ({"queue": [{**STEP, "answer": {"status": HUGE}}]}, f"queue[0].answer.status: {BEYOND}"),
        ({"listen": {"port": HUGE}}, f"listen.port: {BEYOND}"),
        ({"deadline_ms": 2**63 - 1}, "deadline_ms: expected 1 to 86400000"),
        ({"lifetime_ms": HUGE}, f"lifetime_ms: {BEYOND}"),
        ({"lifetime_ms": 9999}, "lifetime_ms: expected deadline_ms to 86400000"),
    ],
)
def test_the_origin_names_the_key(more: dict[str, Any], output: str) -> None:
    assert refused("pinlab-origin", ORIGIN | more) == f"brief: {output}"


@pytest.mark.parametrize(
    ("more", "output"),
    [
        ({"now": HUGE}, f"now: {BEYOND}"),
        ({"now": 2**62}, "now: not Unix seconds of a year up to 9999"),
        ({"now": -1}, "now: not Unix seconds of a year up to 9999"),
        ({"proxy": "connect", "proxy_answer": HUGE}, f"proxy_answer: {BEYOND}"),
        ({"script": [{"kind": "self_signed", "times": HUGE}]}, f"script[0].times: {BEYOND}"),
    ],
)
def test_the_interceptor_names_the_key(more: dict[str, Any], output: str) -> None:
    assert refused("pinlab-mitm", MITM | more) == f"brief: {output}"


def test_the_mint_names_the_key() -> None:
    assert refused("pinlab-mint", MINT) == f"pinlab-mint: now: {BEYOND}"


@pytest.mark.parametrize("name", ["pinlab-origin", "pinlab-mitm"])
def test_help_tells_of_both_limits(name: str) -> None:
    output = subprocess.run([program(name), "--help"], capture_output=True, text=True, check=True).stdout
    assert '"deadline_ms":10000 (for each wait)' in output and '"lifetime_ms":60000 (for a whole' in output


@pytest.mark.parametrize("expected", ["-1", "257", str(HUGE), "1e3", "two"])
def test_a_crowd_of_workers_is_refused(expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        worker_count(expected, 10)
