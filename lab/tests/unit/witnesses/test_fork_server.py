"""Witnesses forked from a warm program: processes like any other, and started fresh where it fails."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pinlab.evidence.model import Observation
from pinlab.processes.binaries import program
from pinlab.processes.child import Child, kill_strays, pump
from pinlab.witnesses import fork_server
from pinlab.witnesses.witness import Witness, WitnessError
from tests.support.process_ends import all_end
from tests.support.worlds import world_with

pytestmark = pytest.mark.usefixtures("programs")

BAD_BRIEF = 2


@pytest.fixture(autouse=True)
def cold(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test begins and ends without a warm program."""
    monkeypatch.setattr(fork_server, "WORTH_IT", 1)
    if any(name.endswith("SAN_OPTIONS") for name in os.environ):
        pytest.skip("with a sanitizer each witness is started fresh")
    fork_server.stop_all()
    yield
    fork_server.stop_all()
    kill_strays()


@pytest.fixture(scope="module")
def brief(programs: object, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """A small brief for the origin."""
    shown = world_with(tmp_path_factory.mktemp("warm")).identity("active")
    step = {"label": "active", "chain": str(shown.chain), "key": str(shown.key)}
    return {"schema": "pinlab.origin/1", "queue": [step]}


def origin(brief: dict[str, object]) -> Witness:
    tape: list[Observation] = []
    return Witness(program("pinlab-origin"), brief, who="origin", patience_s=10, tape=tape)


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_a_forked_witness_is_a_child_of_ours_and_testifies_to_the_end(brief: dict[str, object]) -> None:
    seen = origin(brief)
    (parent,) = fork_server.pids()
    assert parent_of(seen.child.pid) == os.getpid() and seen.child.pid != parent
    assert Path(f"/proc/{seen.child.pid}/cmdline").read_bytes().endswith(b"--warm\0")
    assert os.getsid(seen.child.pid) == seen.child.pid
    seen.close()
    assert seen.sealed and not seen.faults and seen.child.exit_code == 0


def test_it_holds_no_descriptor_of_the_warm_program_or_of_a_sibling(brief: dict[str, object]) -> None:
    first, second = origin(brief), origin(brief)
    (parent,) = fork_server.pids()
    assert not held(first.child.pid) & held(second.child.pid)
    assert not held(second.child.pid) & {os.readlink(f"/proc/{parent}/fd/0")}
    for witness in (first, second):
        witness.close()
        assert witness.sealed and not witness.faults


def held(pid: int) -> set[str]:
    """The pipes and sockets of a process, by their numbers."""
    links = set()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):
            links.add(os.readlink(f"/proc/{pid}/fd/{fd}"))
    return {link for link in links if link.startswith(("pipe:", "socket:"))}


def test_a_crash_is_that_witness_s_own(brief: dict[str, object]) -> None:
    first, second = origin(brief), origin(brief)
    os.kill(first.child.pid, signal.SIGSEGV)
    first.close()
    second.close()
    assert first.faults == ["origin: died by signal 11"] and not first.sealed
    assert second.sealed and not second.faults


def test_the_death_of_the_warm_program_harms_no_one(brief: dict[str, object]) -> None:
    before = origin(brief)
    (parent,) = fork_server.pids()
    os.kill(parent, signal.SIGKILL)
    after = origin(brief)
    assert not fork_server.pids()
    for witness in (before, after):
        witness.close()
        assert witness.sealed and not witness.faults
    assert not Path(f"/proc/{parent}").exists()


def test_a_bad_brief_is_reported_by_the_fork_server() -> None:
    with pytest.raises(WitnessError, match="brief: schema") as caught:
        origin({"schema": "pinlab.nonsense/1"})
    assert caught.value.exit_code == BAD_BRIEF


def test_a_program_that_cannot_be_warm_is_started_fresh(tmp_path: Path) -> None:
    stub = tmp_path / "stub"
    stub.write_text('#!/bin/sh\ntest "$1" = --warm && exit 69\necho fresh\n')
    stub.chmod(0o700)
    env = {"PATH": "/usr/bin:/bin"}
    for _ in range(2):
        child = Child([str(stub)], env=env, start=lambda: fork_server.witness(stub, env))
        assert has_ended(child)
        child.finish()
        assert child.stdout.text() == "fresh\n"
    assert not fork_server.pids()


def has_ended(child: Child) -> bool:
    return pump([child], lambda: child.exited, time.monotonic() + 10)


def test_few_witnesses_are_not_worth_a_warm_program(
    brief: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fork_server, "WORTH_IT", 2)
    first = origin(brief)
    assert not fork_server.pids()
    second = origin(brief)
    assert len(fork_server.pids()) == 1
    first.close()
    second.close()


def test_a_killed_parent_leaves_neither_warm_program_nor_witness(
    brief: dict[str, object], tmp_path: Path
) -> None:
    script = (
        "import json, sys, time; from pinlab.witnesses import fork_server;"
        "from pinlab.witnesses.witness import Witness;"
        "from pinlab.processes.binaries import program; fork_server.WORTH_IT = 1;"
        "w = Witness(program('pinlab-origin'), json.loads(sys.argv[1]), who='origin', patience_s=9, tape=[]);"
        "print(w.child.pid, *fork_server.pids(), flush=True); time.sleep(60)"
    )
    words = [sys.executable, "-c", script, json.dumps(brief)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = [int(word) for word in parent.stdout.readline().split()]
        parent.kill()
    assert len(pids) == 2 and all_end(pids, within_s=10)
