"""A client that gets its tasks over HTTP, connects by itself and says over HTTP what came of it."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Iterable

from pinlab.clients.api import Brief
from pinlab.evidence.model import Outcome
from pinlab.processes.child import pump
from pinlab.runner.cases import Case
from pinlab.runner.external_client import Abandoned, ExternalDriver, brief_facts
from pinlab.serve.task_queue import Desk, VisitTask
from pinlab.witnesses.testbed import Testbed


class Bell:
    """Wakes a `pump` from another thread."""

    def __init__(self) -> None:
        """Opens an event file descriptor (eventfd(2))."""
        self._fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._lock = threading.Lock()

    def ring(self) -> None:
        """Wake it; nothing after `close`."""
        with self._lock:
            if self._fd >= 0:
                os.eventfd_write(self._fd, 1)

    def close(self) -> None:
        """Free the descriptor."""
        with self._lock:
            os.close(self._fd)
            self._fd = -1

    def poll_fds(self) -> Iterable[tuple[int, int]]:
        """As `pump` wants it."""
        return [(self._fd, select.POLLIN)]

    def on_event(self, fd: int) -> None:
        """As `pump` wants it."""
        os.eventfd_read(fd)


class HttpDriver(ExternalDriver):
    """Puts each visit into the queue and waits for the claim."""

    def __init__(self, desk: Desk, patience_s: float) -> None:
        """The client gets `patience_s` for each visit."""
        super().__init__(patience_s)
        self._desk = desk
        self.of = 0
        """How many visits there will be."""

    def claim_of(
        self, case: Case, number: int, brief: Brief, testbed: Testbed, until: float
    ) -> Outcome | None:
        """The claim that the client posts."""
        bell = Bell()
        stop = self._desk.watch(bell.ring)
        self._desk.offer(self._task(case, number, brief, until))
        try:
            pump(
                [bell, *(witness.child for witness in testbed.witnesses)], lambda: self._moved(testbed), until
            )
        finally:
            stop()
            bell.close()
            output = self._desk.withdraw()
        if self._desk.abandoned:
            raise Abandoned
        return output

    def _moved(self, testbed: Testbed) -> bool:
        """Show what is new on the tape; whether the client has answered."""
        self._desk.show_from(testbed.tape)
        return self._desk.answered

    def _task(self, case: Case, number: int, brief: Brief, until: float) -> VisitTask:
        return VisitTask(
            number=self.visits,
            of=self.of,
            scenario=case.title,
            tls=case.tls,
            visit=number + 1,
            visits=len(case.scenario.expected_visits),
            summary=case.scenario.summary,
            facts=brief_facts(brief),
            until=until,
        )
