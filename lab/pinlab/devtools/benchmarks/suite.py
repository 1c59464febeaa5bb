"""The part of `ci/bench` about whole runs: what the catalogue costs beside a bare loop, and how that grows.

Processor time is of the whole tree of processes. It prints nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

BARS: Mapping[str, tuple[str, float]] = {
    "suite: the whole catalogue": ("wall_s", 6.0),
    "suite: the whole catalogue by the bare loop, CPU": ("ratio", 1.6),
    "suite: start of a run to its first verdict": ("wall_s", 1.5),
}
"""At most so much, on two cores that have nothing else to do."""


@dataclass(frozen=True)
class Spent:
    """Seconds that a program and all that it started took, and those to its first mark on stderr."""

    wall_s: float
    cpu_s: float
    first_s: float
    output: str


def spent(words: Sequence[str]) -> Spent:
    """Run a module of ours to its end. RuntimeError: it failed."""
    began = time.monotonic()
    first, last = 0.0, b""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen([sys.executable, "-P", "-m", *words], stdout=out, stderr=subprocess.PIPE)
        assert process.stderr is not None
        while marks := os.read(process.stderr.fileno(), 4096):
            first = first or time.monotonic() - began
            last = marks
        process.stderr.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        output = out.read().decode()
    if process.returncode:
        raise RuntimeError(f"{' '.join(words)} ended with {process.returncode}: {last[-300:]!r}")
    return Spent(time.monotonic() - began, usage.ru_utime + usage.ru_stime, first, output)


def measured() -> dict[str, dict[str, float]]:
    """By name, its numbers by unit."""
    lanes = 2 * len(os.sched_getaffinity(0))
    whole = _run("full", "auto")
    bare = spent(["pinlab.devtools.benchmarks.baseline_loop", str(lanes)])
    found = {
        "suite: the whole catalogue": whole,
        "suite: bare loop": {
            "wall_s": bare.wall_s,
            "cpu_s": bare.cpu_s,
            "processes": float(bare.output),
        },
        "suite: the whole catalogue by the bare loop, CPU": {"ratio": whole["cpu_s"] / bare.cpu_s},
        "suite: the whole catalogue by the bare loop, wall": {"ratio": whole["wall_s"] / bare.wall_s},
        "suite: start of a run to its first verdict": {"wall_s": whole.pop("first_s")},
    }
    for suite, workers in (("smoke", "auto"), ("pinning", "auto"), ("full", "1"), ("full", "2")):
        found[f"suite: {suite}, -n {workers}"] = _run(suite, workers)
    return found


def _run(suite: str, workers: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "results.json")
        words = ["pinlab", "run", "--suite", suite, "--seed", "1", "-n", workers, "--json", str(report)]
        took = spent(words)
        cases = len(json.loads(report.read_text(encoding="utf-8"))["results"])
    return {
        "wall_s": took.wall_s,
        "cpu_s": took.cpu_s,
        "cases": cases,
        "cpu_ms_per_case": took.cpu_s / cases * 1000,
        "first_s": took.first_s,
    }
