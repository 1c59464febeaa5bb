"""Too few file descriptors: a witness waits without a spin, or says that it cannot testify; a run says it."""

from __future__ import annotations

import json
import os
import resource
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from pinlab.processes.binaries import program
from pinlab.processes.child import pump
from pinlab.witnesses.witness import Witness
from tests.support.paused_run import gated_run
from tests.support.witnesses import context, fetch, origin, seen, standard_world, step

pytestmark = pytest.mark.usefixtures("programs")
UNCLEAR = 3


@pytest.fixture(scope="module")
def world(programs: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The standard world on disk."""
    return standard_world(tmp_path_factory.mktemp("world"))


def leave_room_for(witness: Witness, more: int) -> None:
    """Let it have so many descriptors more than now, when it has all that it opens for itself."""
    assert witness.mark()
    highest = max(int(fd) for fd in os.listdir(f"/proc/{witness.child.pid}/fd"))
    resource.prlimit(witness.child.pid, resource.RLIMIT_NOFILE, (highest + 1 + more,) * 2)


def knock(witness: Witness) -> socket.socket:
    return socket.create_connection((witness.address, witness.port), timeout=10)


def test_a_crowd_waits_in_the_queue_and_the_next_client_is_served(world: Path) -> None:
    with origin(world) as witness:
        leave_room_for(witness, 4)
        with ExitStack() as crowd:
            for _ in range(20):
                crowd.enter_context(knock(witness))
            assert pump([witness.child], lambda: bool(seen(witness, "accept_failed")), time.monotonic() + 20)
        assert fetch(witness, context(world)).startswith(b"pinlab ")
        assert witness.settle()
    assert 1 <= len(seen(witness, "accept_failed")) <= 20
    assert len(seen(witness, "accepted")) == 21


def test_anyone_who_cannot_be_accepted_to_the_end_is_no_testimony(world: Path) -> None:
    brief = {"schema": "pinlab.origin/1", "queue": [step(world, "active")], "deadline_ms": 300}
    witness = Witness(program("pinlab-origin"), brief, who="origin", patience_s=10, tape=[])
    leave_room_for(witness, 0)
    with knock(witness):
        assert not witness.settle()
        witness.close()
    assert not witness.sealed
    assert witness.faults == [
        "origin: exit 3: fault: a connection waits that cannot be accepted: Too many open files"
    ]
    assert len(seen(witness, "accept_failed")) == 1


def test_a_run_with_too_few_says_so(tmp_path: Path) -> None:
    words = ("--only", "rogue_ca/in_trust_store", "-n", "0")
    with gated_run(tmp_path, *words, gate=0, limits={resource.RLIMIT_NOFILE: 18}) as run:
        status, output = run.ended()
        assert status == UNCLEAR and "Too many open files" in output, output
        assert {result["verdict"] for result in run.results()} == {"INCONCLUSIVE"}, json.dumps(run.results())
        assert not run.left()
