"""Work that a hostile file can make as long as it likes, done in a process that the kernel stops in time.

A password is stretched as often as the file says (RFC 8018 4.2): up to 2^31 times, in one call of a library
that nothing in this process could interrupt. What comes back is bytes; keys stay in the process that ends.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
from collections.abc import Callable
from typing import TypeVar

from pinlab.pins.errors import TooMuchWorkError

LONGEST_S = 5
"""Seconds of processor time: ten million iterations, where honest tools write at most a million."""
MOST_MEMORY = 1 << 30
"""Bytes on top of what is in use: scrypt (RFC 7914) has its memory chosen by the file, too."""
Result = TypeVar("Result")


def bounded(work: Callable[[], Result]) -> Result:
    """What `work` gives, or the ValueError or TypeError that it raises; both must survive pickling."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        _work(work, write)
    os.close(write)
    with os.fdopen(read, "rb") as answer:
        told = answer.read()
    _, status = os.waitpid(pid, 0)
    if status or not told:
        raise TooMuchWorkError
    failure, result = pickle.loads(told)
    if failure is not None:
        raise failure
    return result  # type: ignore[no-any-return]  # it is what `work` gave


def _work(work: Callable[[], object], write: int) -> None:
    """All that the process does; it never returns to what its parent was about."""
    status = 1
    try:
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_S, LONGEST_S))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        room = _pages() * resource.getpagesize() + MOST_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (room, room))
        with os.fdopen(write, "wb") as answer:
            answer.write(_done(work))
        status = 0
    finally:
        os._exit(status)


def _done(work: Callable[[], object]) -> bytes:
    try:
        return pickle.dumps((None, work()))
    except TypeError as failure:
        return pickle.dumps((TypeError(str(failure)), None))
    except ValueError as failure:
        return pickle.dumps((ValueError(str(failure)), None))


def _pages() -> int:
    """The size of this process's address space (proc(5), statm)."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0])
