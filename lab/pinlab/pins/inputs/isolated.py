"""Work whose length a hostile file can choose, done in a process that the kernel stops in time.

The file sets the iteration count of its password (RFC 8018 section 4.2): up to 2^31, in a library call that this
process cannot interrupt. The result is bytes; private keys stay in the process that ends.
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
"""Seconds of processor time: enough for ten million iterations, and tools write at most a million."""
MOST_MEMORY = 1 << 30
"""Bytes in addition to those in use: for scrypt (RFC 7914) the file also sets the memory."""
Result = TypeVar("Result")


def bounded(work: Callable[[], Result]) -> Result:
    """The result of `work`, or the ValueError or TypeError that it raises; both are pickled."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        _work(work, write)
    os.close(write)
    with os.fdopen(read, "rb") as answer:
        pickled = answer.read()
    _, status = os.waitpid(pid, 0)
    if status or not pickled:
        raise TooMuchWorkError
    failure, result = pickle.loads(pickled)
    if failure is not None:
        raise failure
    return result  # type: ignore[no-any-return]  # it is the result of `work`


def _work(work: Callable[[], object], write: int) -> None:
    """The body of the process; it ends here and does not continue the parent's work."""
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
