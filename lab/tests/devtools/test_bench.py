"""What ci/bench prints and writes; how fast anything is, no test may depend on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pinlab.devtools.benchmarks import suite
from pinlab.devtools.benchmarks.baseline_loop import demand
from pinlab.devtools.benchmarks.main import BARS, SCHEMA, dumped, measured, print_table
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.options import RunOptions
from pinlab.runner.settings import settings_of


@pytest.mark.usefixtures("programs")
def test_every_bar_is_measured_printed_and_written(capsys: pytest.CaptureFixture[str]) -> None:
    found = measured()
    document = json.loads(dumped(found))
    assert document["schema"] == SCHEMA and document["machine"]["processor"]
    assert set(document["ratios"]) == set(BARS) and all(value > 0 for value in document["ratios"].values())
    assert {row["name"] for row in document["rows"]} == set(found)
    print_table(found)
    output = capsys.readouterr().out
    assert all(name in output for name in found)


def test_a_missed_bar_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    print_table({name: {unit: bar + 0.1} for name, (unit, bar) in BARS.items()})
    assert capsys.readouterr().out.count("NOT MET") == len(BARS)
    print_table({name: {unit: bar} for name, (unit, bar) in BARS.items()})
    assert "NOT MET" not in capsys.readouterr().out


@pytest.mark.usefixtures("programs")
def test_the_bare_loop_starts_what_a_run_starts(tmp_path: Path) -> None:
    """Each different case once, its controls among them, however many scenarios need it."""
    case_runner = CaseRunner.open(settings_of(RunOptions(seed=1), tmp_path))
    expected = demand(case_runner)
    asked = {each.digest for case in case_runner.cases() for each in (case, *case_runner.controls(case))}
    assert {case.digest for case in expected.cases} == asked and len(expected.cases) == len(asked)
    assert expected.visits >= len(expected.cases) and expected.processes > 2 * len(expected.cases)


def test_time_is_taken_of_the_whole_tree_until_the_first_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child spends a quarter of a second of processor time after its parent's first mark."""
    burn = "import time\nwhile time.process_time() < 0.25: pass"
    script = "import subprocess, sys\nsys.stderr.write('.'); sys.stderr.flush()\nprint(7)\n"
    script += f"subprocess.run([sys.executable, '-c', {burn!r}], check=True)"
    (tmp_path / "spender.py").write_text(script)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    took = suite.spent(["spender"])
    assert took.output == "7\n" and took.cpu_s >= 0.25 and 0 < took.first_s < took.wall_s
    (tmp_path / "spender.py").write_text("raise SystemExit(3)")
    with pytest.raises(RuntimeError, match="spender ended with 3"):
        suite.spent(["spender"])
