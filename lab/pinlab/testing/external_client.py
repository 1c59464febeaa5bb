"""A client that is a function in the test's process: a visit is announced on stdout, its claim awaited on stdin."""

from __future__ import annotations

import json
import os
import select
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from pinlab.clients.api import Brief, claim
from pinlab.evidence.model import Outcome
from pinlab.processes.child import pump
from pinlab.runner.cases import Case
from pinlab.runner.external_client import Abandoned, ExternalAdapter, ExternalDriver, brief_facts
from pinlab.witnesses.testbed import Testbed


class FunctionAdapter(ExternalAdapter):
    """The adapter of a function in a test."""

    def __init__(self, name: str, identity: str, fixed_pins: bool) -> None:
        """No two calls are the same client, whatever their functions are called."""
        super().__init__(name, "in the test's process", fixed_pins)
        self._identity = identity

    def identity(self) -> str:
        """This call and no other."""
        return self._identity


class Lines:
    """Lines from stdin, for a `pump` and for anyone who waits."""

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


class PytestDriver(ExternalDriver):
    """Announces each visit and waits for its claim."""

    def __init__(self, lines: Lines, patience_s: float) -> None:
        """The function gets `patience_s` for each visit."""
        super().__init__(patience_s)
        self._lines = lines

    def claim_of(
        self, case: Case, number: int, brief: Brief, testbed: Testbed, until: float
    ) -> Outcome | None:
        """What the function returned. Abandoned: the test's process is gone."""
        facts = {**brief_facts(brief), "ca_file": brief.ca_file}
        of = len(case.scenario.expected_visits)
        say({"told": "visit", "id": self.visits, "brief": facts, "number": number + 1, "of": of})
        others = [witness.child for witness in testbed.witnesses]
        while pump([self._lines, *others], self._received, until):
            if not self._lines.lines:
                raise Abandoned
            answer = json.loads(self._lines.lines.pop(0))
            if answer.pop("id") == self.visits:  # else it is about a visit that has timed out
                return claim(answer.get("claim"), answer.get("reason"), answer.get("detail") or "")
        return None

    def _received(self) -> bool:
        return bool(self._lines.lines) or self._lines.ended
