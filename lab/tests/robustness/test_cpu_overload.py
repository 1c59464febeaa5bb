"""Ten times as much work as there are processors: the verdicts are what they are on an idle machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.support.paused_run import gated_run

pytestmark = pytest.mark.usefixtures("programs")
BUSY = "import time\nend = time.process_time() + 20\nwhile time.process_time() < end: pass"
"""Ends by itself, whatever becomes of the test."""


@contextmanager
def burdened() -> Iterator[None]:
    """Ten busy processes for each processor, at the priority of the run."""
    count = 10 * len(os.sched_getaffinity(0))
    load = [subprocess.Popen([sys.executable, "-I", "-S", "-c", BUSY]) for _ in range(count)]
    try:
        yield
    finally:
        for process in load:
            process.kill()
        for process in load:
            process.wait()


def test_no_verdict_depends_on_the_load(tmp_path: Path) -> None:
    words = ("--only", "rogue_ca/in_trust_store", "--only", "valid/relayed", "-n", "2")
    with burdened(), gated_run(tmp_path, *words, gate=0) as run:
        status, output = run.ended()
        assert status == 0, output
        assert {result["verdict"] for result in run.results()} == {"HELD", "SERVED"}
        assert not run.left()
