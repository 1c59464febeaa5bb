"""A client that stays alive between visits: one line in, one outcome line out, until its stdin is closed.

It moves lines and measures; what a line means is the adapter's job, and what happened the witnesses'.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from pinlab.clients.api import Adapter, Command, Run, claim
from pinlab.clients.sandbox import own_fault
from pinlab.evidence.model import ClientRun
from pinlab.processes.child import Child, children_of_this_process, kill_strays, pump, sanitizer_report

MAX_LINES = 1000


class Talk:
    """One client process that is asked several times."""

    def __init__(self, command: Command, adapter: Adapter, timeout_s: float) -> None:
        """Start the client with the first request on its stdin. OSError: it cannot be started."""
        self._adapter, self._timeout_s = adapter, timeout_s
        self._before = children_of_this_process()
        self._lines: list[str] = []
        self._partial = b""
        self._asked = 1
        self._began = time.monotonic()
        self._child = Child(
            command.argv,
            env=command.env,
            stdin=command.stdin.encode(),
            keep_stdin=True,
            on_stdout=self._on_bytes,
            exits_like_a_shell=command.confined,
        )
        self._confined = command.confined

    def ask(self, line: str) -> None:
        """Hand over one more request."""
        self._asked += 1
        self._began = time.monotonic()
        self._child.send(line.encode())

    def receive(self, others: Sequence[Child]) -> ClientRun:
        """Wait for the answer to the last request, moving the bytes of `others` meanwhile."""
        deadline = self._began + self._timeout_s
        pump([self._child, *others], lambda: self._answered or self._child.exited, deadline)
        return self._run(timed_out=not self._answered and not self._child.exited)

    def end(self, last: ClientRun | None) -> ClientRun | None:
        """Close its stdin and see it end; `last` again, or what went wrong after it was reported."""
        self._child.close_stdin()
        deadline = time.monotonic() + self._timeout_s
        ended = pump([self._child], lambda: self._child.exited, deadline)
        self._child.finish()
        kill_strays(keep=self._before)
        if last is None or (ended and self._child.exit_code == 0 and not self._report):
            return last
        return self._run(timed_out=last.timed_out or not ended)

    @property
    def _answered(self) -> bool:
        return len(self._lines) >= self._asked

    @property
    def _report(self) -> str | None:
        return sanitizer_report(self._child.stderr.text())

    def _on_bytes(self, data: bytes) -> None:
        *lines, self._partial = (self._partial + data).split(b"\n")
        self._lines += [line.decode("utf-8", "replace") for line in lines][: MAX_LINES - len(self._lines)]

    def _run(self, timed_out: bool) -> ClientRun:
        line = self._lines[self._asked - 1] if self._answered else ""
        stderr = self._child.stderr.text()
        if self._confined and self._child.exited and (text := own_fault(self._child.exit_code, stderr)):
            return ClientRun(claim(None, None, text), exit_code=None, started=False)
        code = self._child.exit_code if self._child.exited else 0
        outcome = self._adapter.outcome(Run(code, self._child.signal, line, stderr))
        return ClientRun(
            outcome=outcome if line or self._child.exited else claim(None, None, "no outcome line"),
            exit_code=code,
            signal=self._child.signal,
            timed_out=timed_out,
            stdout_tail=line[-2000:],
            stderr_tail=stderr[-2000:],
            duration_ms=int((time.monotonic() - self._began) * 1000),
            cpu_ms=self._child.cpu_ms,
            sanitizer=sanitizer_report(stderr),
        )
