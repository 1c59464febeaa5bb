"""A visit made by a function in the test's process: announced on stdout, its claim awaited on stdin.

The visitor of a bench: meanwhile it moves the witnesses' bytes. It concludes nothing.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from collections.abc import Iterable, Mapping
from typing import Any

from adapters.base import Brief, claim

from pinlab.cell import Cell
from pinlab.evidence import ClientRun
from pinlab.plan import Case
from pinlab.process import pump
from pinlab.serve.outside import Abandoned, Outside, told


class InTest(Outside):
    """The adapter of a function in a test."""

    ways = ("address", "proxy")

    def __init__(self, name: str, identity: str, fixed_pins: bool) -> None:
        """No two calls are the same client, whatever their functions are called."""
        super().__init__(name, "in the test's process", fixed_pins)
        self._identity = identity

    def identity(self) -> str:
        """This call and no other."""
        return self._identity


class Lines:
    """Lines from stdin, for a `pump` and for whoever waits."""

    def __init__(self) -> None:
        """Nothing was read yet."""
        self._partial = b""
        self.lines: list[bytes] = []
        self.ended = False

    def poll_fds(self) -> Iterable[tuple[int, int]]:
        """As `pump` wants it."""
        return [] if self.ended else [(0, select.POLLIN)]

    def on_event(self, fd: int) -> None:
        """As `pump` wants it: read what is there."""
        data = os.read(0, 65536)
        self.ended = not data
        *whole, self._partial = (self._partial + data).split(b"\n")
        self.lines += whole

    def next(self) -> dict[str, Any] | None:
        """The next object, waited for; None: the other side is gone."""
        while not self.lines and not self.ended:
            self.on_event(0)
        return json.loads(self.lines.pop(0)) if self.lines else None


def say(facts: Mapping[str, Any]) -> None:
    """One object for the test's process."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


class TestVisitor:
    """Announces each visit and waits for its claim."""

    def __init__(self, lines: Lines, patience_s: float) -> None:
        """The function gets `patience_s` for each visit."""
        self._lines, self._patience_s = lines, patience_s
        self._count = 0

    def visit(self, case: Case, number: int, brief: Brief, cell: Cell) -> ClientRun:
        """One visit. Abandoned: the test's process is gone."""
        self._count += 1
        began = time.monotonic()
        facts = {**told(brief), "ca_file": brief.ca_file}
        of = len(case.scenario.expected_visits)
        say({"told": "visit", "id": self._count, "brief": facts, "number": number + 1, "of": of})
        others = [witness.child for witness in cell.witnesses]
        said: dict[str, Any] | None = None
        until = began + self._patience_s
        while said is None and pump([self._lines, *others], self._heard, until):
            if not self._lines.lines:
                for witness in cell.witnesses:  # what they know is of no use any more
                    witness.child.kill(signal.SIGKILL)
                raise Abandoned
            answer = json.loads(self._lines.lines.pop(0))
            said = answer if answer.pop("id") == self._count else None  # else it speaks of one that is over
        took = int((time.monotonic() - began) * 1000)
        outcome = (
            claim(said.get("claim"), said.get("reason"), said.get("detail") or "") if said else claim(None)
        )
        return ClientRun(outcome, timed_out=said is None, duration_ms=took)

    def _heard(self) -> bool:
        return bool(self._lines.lines) or self._lines.ended
