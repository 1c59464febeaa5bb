"""A client that nobody here starts: it is told what to do, connects by itself and says what came of it.

The visitor of a bench: while the client is at work it moves the witnesses' bytes. It concludes nothing.
"""

from __future__ import annotations

import json
import os
import select
import signal
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from adapters.base import Adapter, Brief, Command, Run, Unsupported, claim

from pinlab.cell import Cell
from pinlab.evidence import ClientRun, Outcome
from pinlab.plan import Case
from pinlab.process import pump
from pinlab.serve.desk import Desk, Task


class Abandoned(Exception):
    """The run is to end before the client has done its task."""


class Outside(Adapter):
    """The adapter of a client outside: a name, and which ways it can be led."""

    ways = ("address", "proxy")

    def __init__(self, name: str, version: str, fixed_pins: bool) -> None:
        """`fixed_pins`: they are compiled in, and the world is one that stays."""
        self.name, self._version = name, version
        self.pins: Literal["given", "fixed", "none"] = "fixed" if fixed_pins else "given"

    def version(self) -> str:
        """What it says of itself."""
        return self._version

    def command(self, brief: Brief) -> Command:
        """There is none."""
        raise Unsupported("the lab does not start this client")

    def outcome(self, run: Run) -> Outcome:
        """Nothing: it never runs as a process of ours."""
        return claim(None)


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


class OutsideVisitor:
    """Lays each visit on the desk and waits for the claim."""

    def __init__(self, desk: Desk, patience_s: float) -> None:
        """The client gets `patience_s` for each visit."""
        self._desk, self._patience_s = desk, patience_s
        self.visits = self.of = 0
        """How many were begun, and how many there will be."""

    def visit(self, case: Case, number: int, brief: Brief, cell: Cell) -> ClientRun:
        """One visit, made by the client outside. Abandoned: the run is to end."""
        self.visits += 1
        began = time.monotonic()
        until = began + self._patience_s
        bell = Bell()
        stop = self._desk.watch(bell.ring)
        self._desk.offer(self._task(case, number, brief, until))
        try:
            pump([bell, *(one.child for one in cell.witnesses)], lambda: self._moved(cell), until)
        finally:
            stop()
            bell.close()
            said = self._desk.withdraw()
        if self._desk.abandoned:
            for witness in cell.witnesses:  # what they know is of no use any more
                witness.child.kill(signal.SIGKILL)
            raise Abandoned
        took = int((time.monotonic() - began) * 1000)
        return ClientRun(said or claim(None), timed_out=said is None, duration_ms=took)

    def _moved(self, cell: Cell) -> bool:
        """Show what is new on the tape; whether the client has answered."""
        self._desk.show_from(cell.tape)
        return self._desk.answered

    def _task(self, case: Case, number: int, brief: Brief, until: float) -> Task:
        return Task(
            number=self.visits,
            of=self.of,
            scenario=case.title,
            tls=case.tls,
            visit=number + 1,
            visits=len(case.scenario.expected_visits),
            summary=case.scenario.summary,
            facts=told(brief),
            until=until,
        )


def told(brief: Brief) -> dict[str, object]:
    """The brief of PROTOCOL.md for a client that may sit on another machine: the trust file as text."""
    facts = json.loads(brief.to_json())
    facts = {name: value for name, value in facts.items() if name not in ("schema", "ca_file", "session")}
    pem = Path(brief.ca_file).read_text(encoding="ascii")
    facts |= {"path": brief.path, "upgrade": brief.upgrade}
    return {**facts, "header": f"X-Pinlab-Canary: {brief.canary}", "ca_pem": pem}
