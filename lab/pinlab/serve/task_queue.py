"""The desk of one run: the case runner lays a task on it, the outside client takes it and brings back a claim.

No socket, no process, no thread of its own: a state machine behind a lock. It refuses calls in the wrong
order and judges nothing; it keeps claims and verdicts for those who come later.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pinlab.evidence.model import Observation, Outcome
from pinlab.runner.results import Result
from pinlab.serve.observers import Watchers

MOST_OBSERVATIONS = 500
"""So many observations of one task are shown; evidence keeps them all."""


class OutOfOrder(Exception):
    """A call that cannot be answered now; the text says what comes first."""


@dataclass(frozen=True)
class VisitTask:
    """One visit to make. `facts` is what the client gets; `until` is its end (time.monotonic)."""

    number: int
    of: int
    scenario: str
    tls: str
    visit: int
    visits: int
    summary: str
    facts: Mapping[str, Any]
    until: float

    def to_json(self) -> dict[str, Any]:
        """The answer of GET /v1/next."""
        about = {"number": self.number, "of": self.of, "scenario": self.scenario, "tls_version": self.tls}
        left = max(0.0, self.until - time.monotonic())
        more = {"visit": self.visit, "visits": self.visits, "summary": self.summary}
        return {**about, **more, **self.facts, "deadline_s": round(left, 1)}


@dataclass(frozen=True)
class Concluded:
    """The verdict on a task. `control_of`: it was run to make that case's refusal credible."""

    scenario: str
    tls: str
    verdict: str
    expected: str
    as_expected: bool
    cause: str
    reason: str | None = None
    reason_source: str = "none"
    control_of: str | None = None
    transcript: str = field(default="", compare=False)

    def to_json(self) -> dict[str, Any]:
        """The answer of GET /v1/verdict."""
        names = ("scenario", "tls", "verdict", "expected", "as_expected", "cause", "reason", "reason_source")
        return {**{name: getattr(self, name) for name in names}, "twin_of": self.control_of}


@dataclass(frozen=True)
class DeskView:
    """All that can be read of a desk at one moment."""

    task: VisitTask | None
    seen: tuple[Observation, ...]
    concluded: tuple[Concluded, ...]
    results: tuple[Result, ...]
    over: bool
    complete: bool
    cause: str


class Desk:
    """See the module; every method may be called from any thread."""

    def __init__(self) -> None:
        """Nothing is on it."""
        self._lock = threading.RLock()
        self._watchers = Watchers()
        self._task: VisitTask | None = None
        self._taken = False
        self._claim: Outcome | None = None
        self._claimed = False
        self._observed: list[Observation] = []
        self._read = 0
        self._concluded: list[Concluded] = []
        self._since_claim: Concluded | None = None
        self._results: list[Result] = []
        self._over, self._complete, self._cause = False, False, ""
        self._abandoned = False

    # For the client.

    def next(self) -> VisitTask | None:
        """The task to do now, which counts as taken; None: there is none at this moment."""
        with self._lock:
            self._taken = self._taken or self._task is not None
            return self._task

    def claim(self, outcome: Outcome, number: int | None = None) -> int:
        """Bring back what the client says of a task; its number. OutOfOrder: `number` is another."""
        with self._lock:
            if self._over:
                raise OutOfOrder("the run is over; POST /v1/finish gives its end")
            if self._task is None or not self._taken or self._claim is not None:
                raise OutOfOrder("no scenario was taken; GET /v1/next comes first")
            if number is not None and number != self._task.number:
                raise OutOfOrder(f"number {number} is over; it is the turn of {self._task.number}")
            self._claim, self._claimed, self._since_claim = outcome, True, None
            done = self._task.number
        self._watchers.notify()
        return done

    def verdict(self) -> Concluded | None:
        """What the last claim came to; None: its scenario wants another visit first, or is being judged."""
        with self._lock:
            if not self._claimed:
                raise OutOfOrder("nothing was judged yet; POST /v1/outcome comes first")
            return self._since_claim

    @property
    def rests(self) -> bool:
        """The case runner waits for the client, or has ended: nothing will change by itself."""
        with self._lock:
            return self._over or (self._task is not None and self._claim is None)

    @property
    def over(self) -> bool:
        """The run has ended; nothing changes any more."""
        with self._lock:
            return self._over

    def view(self) -> DeskView:
        """All of it at this moment, for a page or a report."""
        with self._lock:
            return DeskView(
                self._task,
                tuple(self._observed),
                tuple(self._concluded),
                tuple(self._results),
                self._over,
                self._complete,
                self._cause,
            )

    def abandon(self) -> None:
        """Let the run end now, whatever it is doing."""
        with self._lock:
            self._abandoned = True
        self._watchers.notify()

    def watch(self, on_change: Callable[[], None]) -> Callable[[], None]:
        """Call `tell` (from any thread) after each change, until the function that this gives is called."""
        return self._watchers.add(on_change)

    # For the case runner.

    def offer(self, task: VisitTask) -> None:
        """Lay a task on the desk."""
        with self._lock:
            self._task, self._taken, self._claim, self._observed, self._read = task, False, None, [], 0
        self._watchers.notify()

    def show_from(self, tape: Sequence[Observation]) -> None:
        """Show what the witnesses have written on the tape of the task since the last time."""
        with self._lock:
            new = tape[self._read : self._read + MOST_OBSERVATIONS - len(self._observed)]
            self._read = len(tape)
            self._observed += new
        if new:
            self._watchers.notify()

    @property
    def answered(self) -> bool:
        """The client has claimed something, or the run is to end."""
        with self._lock:
            return self._claim is not None or self._abandoned

    @property
    def abandoned(self) -> bool:
        """Someone wants the run to end now."""
        with self._lock:
            return self._abandoned

    def withdraw(self) -> Outcome | None:
        """Take the task away; what was claimed of it, None if nothing was."""
        with self._lock:
            output, self._claim = self._claim, None
            self._task = None
        self._watchers.notify()
        return output

    def conclude(self, concluded: Concluded) -> None:
        """Say what a task came to."""
        with self._lock:
            self._concluded.append(concluded)
            self._since_claim = concluded
        self._watchers.notify()

    def add(self, result: Result) -> None:
        """One case of the run is done."""
        with self._lock:
            self._results.append(result)
        self._watchers.notify()

    def end(self, complete: bool, cause: str = "") -> None:
        """The run has ended; `cause` where it broke off."""
        with self._lock:
            self._over, self._complete, self._cause = True, complete, cause
            self._task = None
        self._watchers.notify()
