"""SIGKILL of any part of a run, at a moment when it matters: no false verdict, a clear word, nothing left."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from tests.support.paused_run import GatedRun, gated_run

pytestmark = pytest.mark.usefixtures("programs")
ATTACK = ("--only", "rogue_ca/in_trust_store")
FAMILY = ("--only", "rogue_ca/*")
ONE, TWO = ("-n", "0"), ("-n", "2")
INTERRUPTED, UNCLEAR = 130, 3


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def causes(run: GatedRun) -> dict[str, tuple[str, str]]:
    """Verdict and cause of each case."""
    return {
        f"{result['scenario']} {result['tls']}": (result["verdict"], result["cause"])
        for result in run.results()
    }


@pytest.mark.parametrize("who", ["origin", "mitm"])
def test_a_killed_witness_proves_nothing(tmp_path: Path, who: str) -> None:
    with gated_run(tmp_path, *ATTACK, *ONE) as run:
        run.at_the_gate()
        kill(run.process_id(f"pinlab-{who}"))
        run.open_gate()
        status, output = run.ended()
        assert status == UNCLEAR, output
        broken = [cause for verdict, cause in causes(run).values() if verdict == "INCONCLUSIVE"]
        assert len(broken) == 1 and f"{who}: died by signal 9" in broken[0], broken
        assert not run.left()


def test_a_killed_client_proves_nothing(tmp_path: Path) -> None:
    with gated_run(tmp_path, *ATTACK, *ONE) as run:
        kill(run.at_the_gate())
        status, output = run.ended()
        assert status == UNCLEAR, output
        broken = [cause for verdict, cause in causes(run).values() if verdict == "INCONCLUSIVE"]
        assert len(broken) == 1 and "signal 9" in broken[0], broken
        assert not run.left()


def test_a_killed_worker_costs_its_case(tmp_path: Path) -> None:
    with gated_run(tmp_path, *FAMILY, *TWO) as run:
        waiting = run.at_the_gate()
        (worker,) = (pid for pid in run.below() if pid != waiting and waiting in run.below(pid))
        kill(worker)
        status, output = run.ended()
        assert status == UNCLEAR, output
        verdicts = causes(run)
        broken = [cause for verdict, cause in verdicts.values() if verdict == "INCONCLUSIVE"]
        assert broken == ["the lab's worker died"] and len(verdicts) > 1, verdicts
        assert not run.left_at_once()


@pytest.mark.skipif(
    any(name.endswith("SAN_OPTIONS") for name in os.environ), reason="started fresh with a sanitizer"
)
def test_a_killed_warm_program_harms_no_one(tmp_path: Path) -> None:
    with gated_run(tmp_path, *FAMILY, *ONE, gate=6) as run:
        run.at_the_gate()
        warm = [pid for pid, words in run.below().items() if words.endswith("--warm")]
        assert len(warm) > 1, run.below()  # the program, and at least one witness that was forked from it
        kill(min(warm))
        run.open_gate()
        status, output = run.ended()
        assert status == 0, output
        assert not run.left()


def test_a_killed_mint_is_reported(tmp_path: Path, programs: Path) -> None:
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    for path in programs.iterdir():
        (bin_folder / path.name).symlink_to(path.resolve())
    (bin_folder / "pinlab-mint").unlink()
    (bin_folder / "pinlab-mint").write_text("#!/bin/sh\nkill -KILL $$\n")
    (bin_folder / "pinlab-mint").chmod(0o700)
    with gated_run(tmp_path, *ATTACK, *ONE, gate=0, PINLAB_BIN=str(bin_folder)) as run:
        status, output = run.ended()
        assert status == UNCLEAR, output
        assert all(
            verdict == "INCONCLUSIVE" and "pinlab-mint ended with -9" in cause
            for verdict, cause in causes(run).values()
        ), causes(run)
        assert not run.left_at_once()


@pytest.mark.parametrize("workers", [ONE, TWO], ids=["alone", "workers"])
def test_a_killed_runner_leaves_nothing(tmp_path: Path, workers: tuple[str, str]) -> None:
    with gated_run(tmp_path, *FAMILY, *workers, gate=2) as run:
        run.at_the_gate()
        assert list(tmp_path.glob("pinlab-run-*"))
        kill(run.process.pid)
        run.process.communicate()
        assert not run.left()
        assert not (tmp_path / "report.json").exists()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("workers", [ONE, TWO], ids=["alone", "workers"])
def test_an_interrupted_run_has_tidied_up_when_it_ends(
    tmp_path: Path, workers: tuple[str, str], signum: signal.Signals
) -> None:
    with gated_run(tmp_path, *FAMILY, *workers, gate=2) as run:
        run.at_the_gate()
        run.process.send_signal(signum)
        status, output = run.ended()
        assert status == INTERRUPTED, output
        assert not run.left_at_once()
        assert {result["verdict"] for result in run.results()} <= {"HELD"}
