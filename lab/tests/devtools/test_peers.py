"""The comparison with peers: real load on a real server, and the arithmetic; never how fast anything is."""

from __future__ import annotations

import io
import json
import os
import subprocess
from pathlib import Path

import pytest
from pinlab.devtools.benchmarks.peers.fixtures import set_stage
from pinlab.devtools.benchmarks.peers.load import carry, held_open
from pinlab.devtools.benchmarks.peers.measure import MeasureRow
from pinlab.devtools.benchmarks.peers.pinlab_programs import OurInterceptor, OurOrigin
from pinlab.devtools.benchmarks.peers.pinned_process import PeerError, running
from pinlab.devtools.benchmarks.peers.ratios import BARS, ratios
from pinlab.devtools.benchmarks.peers.report import PeerComparison, print_comparison
from pinlab.processes.binaries import program
from rich.console import Console


@pytest.fixture(autouse=True)
def processor(monkeypatch: pytest.MonkeyPatch) -> str:
    """Load and server share one here: nothing is measured, and a machine may have no second one."""
    usable = str(max(os.sched_getaffinity(0)))
    monkeypatch.setattr("pinlab.devtools.benchmarks.peers.load.LOAD_CPU", usable)
    return usable


@pytest.mark.usefixtures("programs")
def test_load_reaches_the_origin_and_its_cost_is_counted(tmp_path: Path, processor: str) -> None:
    stage = set_stage(tmp_path)
    with running(OurOrigin(), stage, processor) as server:
        before, idle = server.cpu_s(), server.memory_kib()
        assert carry(server, 20)["done"] == 20
        assert carry(server, 20, "--refuse")["done"] == 20
        assert server.cpu_s() > before
        with held_open(server, 40):
            assert server.memory_kib() > idle


@pytest.mark.usefixtures("programs")
def test_load_through_the_interceptor_is_measured_and_failures_are_reported(
    tmp_path: Path, processor: str
) -> None:
    stage = set_stage(tmp_path)
    with (
        running(OurInterceptor(), stage, processor) as attacker,
        pytest.raises(PeerError, match="pinlab-mitm"),
    ):
        carry(attacker, 2)  # there is no one behind it


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("wrong", [[], ["--port", "0"], ["--port", "x"], ["--prot", "1"], ["--port"]])
def test_the_load_generator_refuses_what_it_does_not_understand(wrong: list[str]) -> None:
    run = subprocess.run(
        [program("pinlab-load"), *wrong], capture_output=True, text=True, timeout=10, check=False
    )
    assert run.returncode == 2 and "pinlab-load: what is" in run.stderr


def rows(ours: float) -> list[MeasureRow]:
    """Every row that a bar names; ours cost `ours`, theirs 1."""
    names = {name for bar in BARS for name, _ in (bar.ours, bar.theirs)}
    costs = {name: ours if name.startswith("pinlab-") else 1.0 for name in names}
    rounds = {name: [cost] * 3 for name, cost in costs.items()}
    return [MeasureRow(name, "interceptor", three, three, three, three) for name, three in rounds.items()]


def test_a_ratio_is_the_middle_of_its_rounds_and_only_for_rows_that_are_there() -> None:
    uneven = [
        MeasureRow("pinlab-origin", "server", [1.0, 9.0, 1.2]),
        MeasureRow("nginx", "server", [1.0, 1.0, 1.0]),
    ]
    assert [(ratio.bar.name, ratio.value, ratio.met) for ratio in ratios(uneven)] == [
        ("origin by nginx", 1.2, False)
    ]
    assert {ratio.bar.name for ratio in ratios(rows(0.1))} == {bar.name for bar in BARS}


@pytest.mark.parametrize(("ours", "missed"), [(0.1, 0), (5.0, sum(bar.most is not None for bar in BARS) - 1)])
def test_the_answer_says_which_bars_are_missed(ours: float, missed: int) -> None:
    found = rows(ours)
    output = io.StringIO()
    print_comparison(
        PeerComparison(found, tuple(ratios(found)), ("bettercap",)), Console(file=output, width=120)
    )
    assert output.getvalue().count("NOT MET") == missed
    assert "Not installed here: bettercap" in output.getvalue()
    machine = PeerComparison(found, tuple(ratios(found)))
    assert json.dumps(list(machine.machine_rows())) and len(machine.machine_ratios()) == len(BARS)
