"""Spreads the connections of a rehearsal over processes, and shows how far it is.

Workers are fresh processes: the case_runner adopts and ends whatever its clients leave behind, and must not meet
another's. It judges nothing.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from pinlab.pki.cast import Cast
from pinlab.rotation.rehearse.case_runner import RehearsalRunner, RehearsalTask
from pinlab.rotation.rehearse.readings import Reading
from pinlab.runner.execute import stop_workers
from pinlab.runner.settings import Settings

WORTH_A_WORKER = 20
"""A worker takes as long to start as this many connections take."""
CHUNK = 8
"""So many connections go to a worker at a time."""
PATIENCE_S = 45.0
"""After so many seconds in which every connection was unclear, the others are not tried."""
_case_runner: RehearsalRunner | None = None


def run_tasks(
    settings: Settings,
    cast: Cast,
    tasks: Sequence[RehearsalTask],
    notify: Callable[[int], None],
    patience_s: float = PATIENCE_S,
) -> dict[RehearsalTask, Reading]:
    """Run every task; `notify` is called with how many more are done. Gives up where nothing comes of any of them."""
    workers = min(len(os.sched_getaffinity(0)), len(tasks) // WORTH_A_WORKER)
    case_runner = RehearsalRunner(settings, cast)
    for client in {task.exposure.client for task in tasks}:
        case_runner.case_runner(
            client
        )  # a client that is not there is an error of usage, before anything runs
    ends = (
        _spread(settings, cast, tasks, workers)
        if workers > 1
        else ((task, case_runner.run(task)) for task in tasks)
    )
    found: dict[RehearsalTask, Reading] = {}
    deadline = time.monotonic() + patience_s
    with contextlib.closing(ends):
        for task, reading in ends:
            found[task] = reading
            notify(1)
            if time.monotonic() > deadline and all(reading.end == "unclear" for reading in found.values()):
                break
    given_up = Reading("unclear", f"not run: nothing came of the first {len(found)} connections")
    return {task: found.get(task, given_up) for task in tasks}


def _spread(
    settings: Settings, cast: Cast, tasks: Sequence[RehearsalTask], workers: int
) -> Generator[tuple[RehearsalTask, Reading], None, None]:
    chunks = [tasks[start : start + CHUNK] for start in range(0, len(tasks), CHUNK)]
    fresh = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, fresh, _open, (settings, cast))
    try:
        running = {pool.submit(_run, chunk): chunk for chunk in chunks}
        for done in as_completed(running):
            chunk = running[done]
            yield from zip(chunk, _readings(done, len(chunk)), strict=True)
    except BaseException:  # an interruption, or no one wants the rest
        stop_workers()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _readings(done: Future[list[Reading]], number: int) -> list[Reading]:
    try:
        return done.result()
    except BrokenProcessPool:
        return [Reading("unclear", "the lab's worker died")] * number


def _open(settings: Settings, cast: Cast) -> None:
    global _case_runner
    _case_runner = RehearsalRunner(settings, cast)


def _run(tasks: Sequence[RehearsalTask]) -> list[Reading]:
    assert _case_runner is not None
    return [_case_runner.run(task) for task in tasks]
