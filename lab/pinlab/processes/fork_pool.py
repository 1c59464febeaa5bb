"""Shares numbered jobs among processes that are forked from this one, when all that they need has been read.

A fork costs a few milliseconds; a fresh interpreter that imports the lab and reads the catalogue again costs
half a second, as much as thirty cases. It knows nothing of cases or results, and a worker that dies takes
only the job that it had.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, Pipe, wait

from pinlab.processes.child import kill_all
from pinlab.processes.spawn import become_subreaper, die_with

Work = Callable[[int], bytes]
SIGNALS = (signal.SIGINT, signal.SIGTERM)
END_S = 10.0
"""How long a worker may take to end; it needs milliseconds, to kill what it has started."""


def share(jobs: int, count: int, work: Work, take: Callable[[bytes], None]) -> None:
    """Have `count` workers do jobs 0 to `jobs` - 1, in this order; `take` gets what `work` made of each.

    A job whose worker died gives no result. No worker is left, not even where an exception, such as an
    interruption, ends this before the work is done. This process must have one thread.
    """
    gc.collect()
    gc.freeze()  # what is there already is not walked, hence not copied, by the workers' collectors
    free: list[Connection] = []
    workers: list[int] = []
    try:
        for _ in range(count):
            workers.append(_fork(work, free))
        _serve(free, jobs, take)
    except BaseException:
        for pid in workers:
            os.kill(pid, signal.SIGTERM)  # in the middle of a job, which no one waits for any more
        raise
    finally:
        gc.unfreeze()
        for connection in free:
            connection.close()  # which tells its worker to end
        _collect(workers)


def _collect(workers: list[int]) -> None:
    """Wait for all of them; who does not end in time is killed."""
    deadline = time.monotonic() + END_S
    for pid in workers:
        fd = os.pidfd_open(pid)  # there it is, if only as a zombie: no one else collects it
        if not select.select([fd], [], [], max(0.0, deadline - time.monotonic()))[0]:
            os.kill(pid, signal.SIGKILL)
        os.close(fd)
        os.waitpid(pid, 0)


def _serve(workers: list[Connection], jobs: int, take: Callable[[bytes], None]) -> None:
    waiting = iter(range(jobs))
    busy = [worker for worker in workers if _give(worker, waiting)]
    while busy:
        for worker in wait(busy):
            assert isinstance(worker, Connection)
            done = _receive(worker)
            if done is not None:
                take(done)
            if done is None or not _give(worker, waiting):
                busy.remove(worker)


def _give(worker: Connection, waiting: Iterator[int]) -> bool:
    job = next(waiting, None)
    if job is not None:
        with contextlib.suppress(OSError):  # it has died, as its other direction will tell
            worker.send_bytes(str(job).encode())
    return job is not None


def _receive(line: Connection) -> bytes | None:
    """The next message, or None where the other end is gone."""
    try:
        return line.recv_bytes()
    except (EOFError, OSError):
        return None


def _fork(work: Work, siblings: list[Connection]) -> int:
    """Start a worker and add this process's end of its line to `siblings`."""
    ours, theirs = Pipe()
    parent = os.getpid()
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # until the worker has handlers of its own
    pid = os.fork()
    if pid == 0:
        _live(parent, theirs, [*siblings, ours], work)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    theirs.close()
    siblings.append(ours)
    return pid


def _live(parent: int, line: Connection, not_ours: list[Connection], work: Work) -> None:
    """All that a worker does; it never returns to what its parent was about."""
    status = 1
    try:
        signal.signal(signal.SIGTERM, _stop)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's ^C is the parent's
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        die_with(parent, signal.SIGTERM)
        become_subreaper()
        for connection in not_ours:
            connection.close()
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        while (job := _receive(line)) is not None:
            line.send_bytes(work(int(job)))
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        kill_all()
        os._exit(status)


def _stop(signum: int, frame: object) -> None:
    """A worker that must stop takes everything with it, at once."""
    kill_all()
    os._exit(128 + signum)
