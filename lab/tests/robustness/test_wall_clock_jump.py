"""The machine's clock is set during a run: no deadline moves, and what was judged by two clocks is no pass.

The clock is moved by moved_clock.c, in the lab's own process and in a client that is linked dynamically. The
witnesses are static and read no such clock at all, which ci/floors.py watches.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.support.cli import CLIENTS
from tests.support.paused_run import GatedRun, gated_run

pytestmark = pytest.mark.usefixtures("programs")
DAY = 86_400
UNCLEAR = 3
ATTACK = ("--only", "rogue_ca/in_trust_store", "-n", "0")
SET = "the clock of this machine was set"
ADAPTER = """from pinlab.clients.api import Command, claim
from pinlab_clients.reference import Reference
class Unpinned(Reference):
    name = "unpinned"
    def command(self, brief):
        words = (brief.address, str(brief.port), brief.host, brief.ca_file, "none", brief.canary)
        return Command([{python!r}, "-B", {client!r}, *words], {env!r})
    def outcome(self, run):
        return claim("reject" if run.exit_code else "accept")
"""


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that moves the clock."""
    made = tmp_path_factory.mktemp("shim") / "moved_clock.so"
    source = str(CLIENTS / "moved_clock.c")
    words = ["cc", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", source, "-o", str(made)]
    subprocess.run(words, check=True)
    return made


def moved(shim: Path, folder: Path) -> dict[str, Any]:
    """The environment of a process whose clock the file `clock` moves."""
    return {"LD_PRELOAD": str(shim), "PINLAB_TEST_CLOCK": str(folder / "clock")}


def visits(folder: Path, run: GatedRun) -> list[dict[str, Any]]:
    """The client's runs, as the evidence of what did not pass has them."""
    stored = [Path(result["evidence"], "evidence.json") for result in run.results() if result["evidence"]]
    assert all(folder in path.parents for path in stored)
    found = [json.loads(path.read_text(encoding="utf-8")) for path in stored]
    return [visit["client"] for entry in found for visit in entry["visits"]]


@pytest.mark.parametrize("jump", [DAY, -DAY], ids=["ahead", "back"])
def test_a_clock_jump_ends_no_wait_and_is_reported(tmp_path: Path, shim: Path, jump: int) -> None:
    with gated_run(tmp_path, *ATTACK, **moved(shim, tmp_path)) as run:
        run.at_the_gate()
        (tmp_path / "clock").write_text(str(jump), encoding="ascii")
        run.open_gate()
        status, output = run.ended()
        assert status == UNCLEAR, output
        read = {int(line) for line in (tmp_path / "clock.read").read_text(encoding="ascii").split()}
        assert run.process.pid in read, "the lab itself has seen the clock move"
        for result in run.results():
            assert result["verdict"] == "INCONCLUSIVE", result
            assert f"{SET} {jump:+} s during the run: run it again" in result["cause"], result
        assert not any(visit["timed_out"] for visit in visits(tmp_path, run))
        assert not run.left()


@pytest.mark.parametrize("jump", [DAY, -DAY], ids=["ahead", "back"])
def test_a_client_that_hangs_is_ended_all_the_same(tmp_path: Path, shim: Path, jump: int) -> None:
    with gated_run(tmp_path, *ATTACK, "--timeout", "2", **moved(shim, tmp_path)) as run:
        run.at_the_gate()
        (tmp_path / "clock").write_text(str(jump), encoding="ascii")
        status, output = run.ended()
        assert status == UNCLEAR, output
        hung = [visit for visit in visits(tmp_path, run) if visit["timed_out"]]
        assert len(hung) == 1 and hung[0]["duration_ms"] >= 1900, hung
        assert not run.left()


def test_a_refusal_by_another_clock_than_the_control_is_no_pass(tmp_path: Path, shim: Path) -> None:
    """It refuses the attacker because his certificate is over, and takes the controls, whose day it is again."""
    client = str(CLIENTS / "clock_is_set.py")
    text = ADAPTER.format(python=sys.executable, client=client, env=moved(shim, tmp_path))
    (tmp_path / "unpinned.py").write_text(text, encoding="utf-8")
    words = ("--client", "unpinned", "--only", "rogue_ca/in_trust_store", "-n", "0")
    with gated_run(tmp_path, *words, gate=0, **moved(shim, tmp_path)) as run:
        status, output = run.ended()
        first, *others = run.results()
        assert first["verdict"] == "INCONCLUSIVE" and SET in first["cause"], first
        assert {other["verdict"] for other in others} == {"BREACHED"}, (
            "with a clock that stays it has no defence"
        )
        assert [control["verdict"] for control in first["twins"]] == ["SERVED", "SERVED"]
        assert status == 1, output
