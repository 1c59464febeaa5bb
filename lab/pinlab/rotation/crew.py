"""Spreads the connections of a rehearsal over processes, and shows how far it is.

Workers are fresh processes: the bench adopts and ends whatever its clients leave behind, and must not meet
another's. It judges nothing.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from pinlab.recipe import Cast
from pinlab.rotation.bench import RehearsalBench, Task
from pinlab.rotation.readings import Reading
from pinlab.settings import Settings
from pinlab.suite import stop_workers

WORTH_A_WORKER = 20
"""A worker takes as long to start as this many connections take."""
CHUNK = 8
"""So many connections go to a worker at a time."""
_bench: RehearsalBench | None = None


def run_tasks(
    settings: Settings, cast: Cast, tasks: Sequence[Task], tell: Callable[[int], None]
) -> dict[Task, Reading]:
    """Run every task; `tell` hears how many more are done."""
    workers = min(len(os.sched_getaffinity(0)), len(tasks) // WORTH_A_WORKER)
    bench = RehearsalBench(settings, cast)
    for client in {task.errand.client for task in tasks}:
        bench.bench(client)  # a client that is not there is an error of usage, before anything runs
    if workers < 2:
        found = {}
        for task in tasks:
            found[task] = bench.run(task)
            tell(1)
        return found
    return dict(_spread(settings, cast, tasks, workers, tell))


def _spread(
    settings: Settings, cast: Cast, tasks: Sequence[Task], workers: int, tell: Callable[[int], None]
) -> Iterator[tuple[Task, Reading]]:
    chunks = [tasks[start : start + CHUNK] for start in range(0, len(tasks), CHUNK)]
    fresh = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, fresh, _open, (settings, cast))
    try:
        running = {pool.submit(_run, chunk): chunk for chunk in chunks}
        for done in as_completed(running):
            chunk = running[done]
            yield from zip(chunk, _readings(done, len(chunk)), strict=True)
            tell(len(chunk))
    except BaseException:
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
    global _bench
    _bench = RehearsalBench(settings, cast)


def _run(tasks: Sequence[Task]) -> list[Reading]:
    assert _bench is not None
    return [_bench.run(task) for task in tasks]
