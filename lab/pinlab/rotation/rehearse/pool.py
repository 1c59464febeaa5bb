"""Spreads the connections of a rehearsal over processes, and shows how far it is. It judges nothing."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict

from pinlab.pki.cast import Cast
from pinlab.processes.fork_pool import share
from pinlab.rotation.rehearse.case_runner import RehearsalRunner, RehearsalTask
from pinlab.rotation.rehearse.readings import Reading
from pinlab.runner.settings import Settings

WORTH_A_WORKER = 20
"""With fewer connections for each, more workers gain nothing."""
PATIENCE_S = 45.0
"""After so many seconds in which every connection was unclear, the others are not tried."""


class _GivenUp(Exception):
    """Nothing comes of any connection."""


def run_tasks(
    settings: Settings,
    cast: Cast,
    tasks: Sequence[RehearsalTask],
    notify: Callable[[int], None],
    patience_s: float = PATIENCE_S,
) -> dict[RehearsalTask, Reading]:
    """Run every task; `notify` gets how many more are done. Gives up where nothing comes of any of them.

    This process must have one thread (processes/fork_pool.py).
    """
    runner = RehearsalRunner(settings, cast)
    for client in {task.exposure.client for task in tasks}:
        runner.case_runner(client)  # a client that is not there is an error of usage, before anything runs
    found: dict[RehearsalTask, Reading] = {}
    deadline = time.monotonic() + patience_s

    def work(number: int) -> bytes:
        return json.dumps([number, asdict(runner.run(tasks[number]))]).encode()

    def take(packed: bytes) -> None:
        number, reading = json.loads(packed)
        found[tasks[number]] = Reading(**reading)
        notify(1)
        if time.monotonic() > deadline and all(reading.end == "unclear" for reading in found.values()):
            raise _GivenUp

    cause = "the lab's worker died"
    try:
        share(len(tasks), _workers(len(tasks)), work, take)
    except _GivenUp:
        cause = f"not run: nothing came of the first {len(found)} connections"
    return {task: found.get(task, Reading("unclear", cause)) for task in tasks}


def _workers(tasks: int) -> int:
    return max(1, min(len(os.sched_getaffinity(0)), tasks // WORTH_A_WORKER))
