"""Who makes a visit: a process that the lab starts, or someone outside who connects by himself.

It moves bytes and measures; what a run of the client means is the judge's job.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

from pinlab.clients.api import Adapter, Brief, Command, Run, claim
from pinlab.clients.sandbox import own_fault
from pinlab.evidence.model import ClientRun
from pinlab.processes.child import Child, children_of_this_process, kill_strays, pump, sanitizer_report
from pinlab.runner.cases import Case
from pinlab.witnesses.testbed import Testbed


class ClientDriver(Protocol):
    """Makes the visits of a run in the place of processes that it would start itself."""

    def visit(self, case: Case, number: int, brief: Brief, testbed: Testbed) -> ClientRun:
        """Have visit `number` of a case made while the witnesses of `testbed` run; how it went.

        It must move the witnesses' bytes meanwhile. Unsupported: this client cannot do it.
        """
        ...


def run_client(command: Command, adapter: Adapter, timeout_s: float, others: Sequence[Child]) -> ClientRun:
    """Make a visit by a process of ours, moving the bytes of `others` meanwhile."""
    before = children_of_this_process()
    try:
        stdin, confined = command.stdin.encode(), command.confined
        child = Child(command.argv, env=command.env, stdin=stdin, exits_like_a_shell=confined)
    except OSError as error:
        text = f"cannot start {command.argv[0]}: {error.strerror}"
        return ClientRun(claim(None, None, text), exit_code=None, started=False)
    deadline = time.monotonic() + timeout_s
    try:
        ended = pump([child, *others], lambda: child.exited, deadline)
    finally:
        child.finish()
        kill_strays(keep=before)
    stdout, stderr = child.stdout.text(), child.stderr.text()
    if command.confined and (fault := own_fault(child.exit_code, stderr)):
        return ClientRun(claim(None, None, fault), exit_code=None, started=False)
    outcome = adapter.outcome(Run(child.exit_code, child.signal, stdout, stderr))
    return ClientRun(
        outcome=outcome,
        exit_code=child.exit_code,
        signal=child.signal,
        timed_out=not ended,
        started=True,
        stdout_tail=stdout[-2000:],
        stderr_tail=stderr[-2000:],
        duration_ms=child.duration_ms,
        cpu_ms=child.cpu_ms,
        sanitizer=sanitizer_report(stderr),
    )
