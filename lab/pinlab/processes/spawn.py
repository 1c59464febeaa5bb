"""Ways to start a program: executed fresh, or forked from a warm process of the same program.

Either way it has a session of its own, three pipes, nothing else of this process, and is a child of it. It
reads no byte and collects no exit; that is process.py's job.
"""

from __future__ import annotations

import ctypes
import functools
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pinlab.processes.binaries import ToolError, program

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Started:
    """A child of this process and this process's ends of its pipes, which do not block."""

    pid: int
    stdin: int
    stdout: int
    stderr: int


def with_pipes(start: Callable[[int, int, int], int]) -> Started:
    """Call `start` with the child's three ends, which give a process id, and close them here."""
    pairs = [os.pipe() for _ in range(3)]
    theirs = [pairs[0][0], pairs[1][1], pairs[2][1]]
    ours = [pairs[0][1], pairs[1][0], pairs[2][0]]
    try:
        pid = start(*theirs)
    except BaseException:
        for fd in ours:
            os.close(fd)
        raise
    finally:
        for fd in theirs:
            os.close(fd)
    for fd in ours:
        os.set_blocking(fd, False)
    return Started(pid, *ours)


def fresh(argv: Sequence[str], env: Mapping[str, str], *, die_with_parent: bool) -> Started:
    """Execute `argv` (no shell) with exactly `env`. OSError: it cannot be."""

    def start(stdin: int, stdout: int, stderr: int) -> int:
        popen = subprocess.Popen(
            [*mortal(), *argv] if die_with_parent else list(argv),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env=dict(env),
            close_fds=True,
            start_new_session=True,
        )
        popen.returncode = 0  # its exit is collected elsewhere; subprocess is to keep out of it
        return popen.pid

    return with_pipes(start)


@functools.cache
def mortal() -> tuple[str, ...]:
    """What has a program die with this process: our own, or util-linux's, which takes a millisecond longer.

    Python's own way forks all of this process: ten times slower.
    """
    try:
        return (str(program("pinlab-mortal")),)
    except ToolError:
        return ("setpriv", "--pdeathsig", "KILL", "--")


def become_subreaper() -> None:
    """Make this process the new parent of any orphan below it (prctl(2), PR_SET_CHILD_SUBREAPER).

    A client that daemonises would otherwise escape to init and outlive its run.
    """
    if _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "cannot become a child subreaper")


def die_with(parent: int, signum: signal.Signals) -> None:
    """Have the kernel send this process `signum` when `parent` dies (prctl(2), PR_SET_PDEATHSIG)."""
    _libc.prctl(_PR_SET_PDEATHSIG, signum, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked
        os.kill(os.getpid(), signum)
