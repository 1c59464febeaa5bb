"""One child process: its own session, bounded output, a deadline, and nothing left behind.

It knows nothing of TLS, briefs or verdicts, never waits without a deadline and never sleeps: every wait ends
on an event of a child (a byte, a closed pipe, an exit) or on the deadline.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import select
import shutil
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pinlab.processes.spawn import Started, fresh

KEEP_BYTES = 64 * 1024
"""How much of the start, and as much again of the end, of a child's output is kept."""
TERM_GRACE_S = 0.3
"""How long a child may tidy up between TERM and KILL."""
_SANITIZER = re.compile(
    r"^.*(?:ERROR: (?:Address|Leak|Memory|Thread)Sanitizer|WARNING: ThreadSanitizer|: runtime error: ).*$",
    re.MULTILINE,
)
_live: dict[int, Child] = {}
_spared: set[int] = set()
_helpers: list[tuple[Callable[[], set[int]], Callable[[], None]]] = []


def register_helper(pids: Callable[[], set[int]], stop: Callable[[], None]) -> None:
    """Processes that are not strays: `pids` names them, and `kill_all` ends them by `stop`."""
    _helpers.append((pids, stop))


def sanitizer_report(text: str) -> str | None:
    """The first line of a sanitizer's report in `text`, or None."""
    found = _SANITIZER.search(text)
    return found.group(0).strip() if found else None


@dataclass(slots=True)
class OutputCapture:
    """The head and the tail of a stream, however long the stream is."""

    head: bytearray = field(default_factory=bytearray)
    tail: bytearray = field(default_factory=bytearray)
    total: int = 0

    def add(self, data: bytes) -> None:
        """Take `data`; what is neither among the first nor the last `KEEP_BYTES` is forgotten."""
        self.total += len(data)
        room = KEEP_BYTES - len(self.head)
        if room > 0:
            self.head += data[:room]
            data = data[room:]
        self.tail += data
        if len(self.tail) > 2 * KEEP_BYTES:
            del self.tail[:-KEEP_BYTES]

    def text(self) -> str:
        """What was kept as text, with one line that says how much is missing."""
        tail = bytes(self.tail[-KEEP_BYTES:])
        missing = self.total - len(self.head) - len(tail)
        middle = f"\n[... {missing} bytes not kept ...]\n".encode() if missing else b""
        return (bytes(self.head) + middle + tail).decode("utf-8", "replace")


class Child:
    """A running program. `pump` moves its bytes; `finish` ends it and everything that it started."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str],
        stdin: bytes = b"",
        keep_stdin: bool = False,
        on_stdout: Callable[[bytes], None] | None = None,
        start: Callable[[], Started] | None = None,
        exits_like_a_shell: bool = False,
    ) -> None:
        """Start `argv` (no shell) with exactly `env` and `stdin`; not even a killed parent leaves it behind.

        `on_stdout` receives raw bytes instead of the capture. `start` is another way to start the program.
        `exits_like_a_shell`: an exit status of 128 + n says that what it ran died by signal n.
        FileNotFoundError: there is no such program.
        """
        self.stdout, self.stderr = OutputCapture(), OutputCapture()
        self.exit_code: int | None = None
        self.signal: int | None = None
        self.cpu_ms = 0
        self.duration_ms = 0
        if not shutil.which(argv[0], path=env.get("PATH", os.defpath)):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), argv[0])
        self._input = bytearray(stdin)
        self._keep_stdin = keep_stdin
        self._exits_like_a_shell = exits_like_a_shell
        self._began = time.monotonic()
        started = start() if start else fresh(argv, env, die_with_parent=True)
        self.pid = started.pid
        _live[self.pid] = self
        self._pidfd = os.pidfd_open(self.pid)
        self._sinks = {started.stdout: on_stdout or self.stdout.add, started.stderr: self.stderr.add}
        self._stdin_fd: int | None = started.stdin
        self._pipes = {started.stdin, started.stdout, started.stderr}
        self._write()

    @property
    def exited(self) -> bool:
        """True once the program itself has ended (its children may still hold its pipes)."""
        return self._pidfd < 0

    def send(self, data: bytes) -> None:
        """Queue `data` for a stdin that was kept open; a closed reader is noticed by its exit, not here."""
        self._input += data
        self._write()

    def close_stdin(self) -> None:
        """Let the child see the end of its input once all queued bytes are written."""
        self._keep_stdin = False
        self._write()

    def kill(self, signum: int) -> None:
        """Signal the child's whole process group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signum)

    def poll_fds(self) -> Iterable[tuple[int, int]]:
        """(file descriptor, poll events) that `pump` watches."""
        for fd in self._sinks:
            yield fd, select.POLLIN
        if self._stdin_fd is not None and self._input:
            yield self._stdin_fd, select.POLLOUT
        if self._pidfd >= 0:
            yield self._pidfd, select.POLLIN

    def on_event(self, fd: int) -> None:
        """Do what a ready `fd` asks for: write, read once, or collect the exit."""
        if fd == self._pidfd:
            self._collect()
        elif fd == self._stdin_fd:
            self._write()
        elif fd in self._sinks:
            self._read(fd)

    def finish(self) -> None:
        """End the child and its group (TERM, a grace, KILL), drain what it wrote, close everything."""
        if not self.exited:
            self.kill(signal.SIGTERM)
            pump([self], lambda: self.exited, time.monotonic() + TERM_GRACE_S)
        self.kill(signal.SIGKILL)
        pump([self], lambda: self.exited, time.monotonic() + 5.0)
        for fd in list(self._sinks):
            for _ in range(256):
                if not self._read(fd):
                    break
        for fd in self._pipes:
            os.close(fd)
        self._pipes.clear()
        self._sinks.clear()
        self._stdin_fd = None
        _live.pop(self.pid, None)

    def _write(self) -> None:
        if self._stdin_fd is None:
            return
        try:
            while self._input:
                del self._input[: os.write(self._stdin_fd, self._input[:65536])]
        except BlockingIOError:
            return
        except OSError:  # the reader is gone: its exit status tells the rest
            self._input.clear()
            self._keep_stdin = False
        if not self._keep_stdin:
            os.close(self._stdin_fd)
            self._pipes.remove(self._stdin_fd)
            self._stdin_fd = None

    def _read(self, fd: int) -> bool:
        try:
            data = os.read(fd, 65536)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if data:
            self._sinks[fd](data)
        else:
            del self._sinks[fd]
        return bool(data)

    def _collect(self) -> None:
        pid, status, usage = os.wait4(self.pid, os.WNOHANG)
        if pid == 0:
            return
        self.duration_ms = int((time.monotonic() - self._began) * 1000)
        self.cpu_ms = int((usage.ru_utime + usage.ru_stime) * 1000)
        code = os.waitstatus_to_exitcode(status)
        if self._exits_like_a_shell and 128 < code < 128 + signal.NSIG:
            code = 128 - code
        self.exit_code, self.signal = (code, None) if code >= 0 else (None, -code)
        os.close(self._pidfd)
        self._pidfd = -1


class Pumped(Protocol):
    """What `pump` can wait for: file descriptors, and what to do when one is ready."""

    def poll_fds(self) -> Iterable[tuple[int, int]]: ...
    def on_event(self, fd: int) -> None: ...


def pump(children: Sequence[Pumped], until: Callable[[], bool], deadline: float) -> bool:
    """Move bytes of all `children` until `until()`; False when `deadline` (time.monotonic) came first."""
    while not until():
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        poll = select.poll()
        owner: dict[int, Pumped] = {}
        for child in children:
            for fd, events in child.poll_fds():
                poll.register(fd, events)
                owner[fd] = child
        if not owner:
            return until()
        for fd, _ in poll.poll(left * 1000):
            owner[fd].on_event(fd)
    return True


def children_of_this_process() -> set[int]:
    """Process ids of all direct children, adopted ones included."""
    found: set[int] = set()
    for task in os.listdir("/proc/self/task"):
        with contextlib.suppress(OSError), open(f"/proc/self/task/{task}/children", encoding="ascii") as file:
            found.update(int(pid) for pid in file.read().split())
    return found


@contextlib.contextmanager
def spared(pid: int) -> Iterator[None]:
    """Meanwhile this child is no stray: it belongs to the run itself."""
    _spared.add(pid)
    try:
        yield
    finally:
        _spared.discard(pid)


def kill_strays(keep: Iterable[int] = ()) -> int:
    """Kill and collect every child that is neither a live `Child` nor in `keep`; how many there were.

    Killing one hands its own children to this process, so it goes on until none is left.
    """
    sparing = set(keep) | set(_live) | _spared
    for pids, _ in _helpers:
        sparing |= pids()
    killed = 0
    for _ in range(1000):
        strays = children_of_this_process() - sparing
        if not strays:
            break
        for pid in strays:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
            killed += 1
    return killed


def kill_all() -> None:
    """Kill every child and whatever it started, without a grace: the last action of a process that must stop."""
    for child in list(_live.values()):
        child.kill(signal.SIGKILL)
    _live.clear()
    for _, stop in _helpers:
        stop()
    kill_strays()
