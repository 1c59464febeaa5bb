"""A lab program that listens and writes down what it sees: pinlab-origin or pinlab-mitm.

It starts the program with a brief, reads its observations and ends it. It judges nothing: whatever is wrong
with the program itself (a crash, a bad line, a sanitizer's report) is kept as a lab fault.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pinlab.evidence.model import Observation
from pinlab.processes.binaries import environment
from pinlab.processes.child import Child, pump, sanitizer_report
from pinlab.witnesses import fork_server

START_S = 10.0
"""How long a witness may take to listen; it takes about 10 ms."""
MAX_OBSERVATIONS = 200_000
"""More facts than this from one witness are a flood, not evidence."""


class WitnessError(Exception):
    """A witness could not start: bad brief (exit 2), cannot listen (exit 3), or a crash."""

    def __init__(self, name: str, text: str, exit_code: int | None) -> None:
        super().__init__(f"{name}: {text}")
        self.exit_code = exit_code


class Witness:
    """One listening lab program and the observations that it has printed so far."""

    def __init__(
        self, program: Path, brief: Mapping[str, Any], *, who: str, patience_s: float, tape: list[Observation]
    ) -> None:
        """Start `program` with `brief`; `who` is "origin" or "mitm"; `patience_s` bounds settle and close.

        Each observation also goes to `tape`, which witnesses share. WitnessError: it did not start to listen.
        """
        self.who = who
        self.observations: list[Observation] = []
        self.faults: list[str] = []
        self._tape = tape
        self.sealed = False
        self._settles = 0
        self._marks = 0
        self._marked = 0
        self._asked = 0
        self._patience_s = patience_s
        self._partial = b""
        text = json.dumps(brief, separators=(",", ":")) + "\n"
        env = environment()
        try:
            self.child = Child(
                [str(program)],
                env=env,
                stdin=text.encode(),
                keep_stdin=True,
                on_stdout=self._on_bytes,
                start=lambda: fork_server.witness(program, env),
            )
        except OSError as error:
            raise WitnessError(who, f"cannot start {program}: {error.strerror}", None) from error
        self._await_listening()

    @property
    def address(self) -> str:
        """The address it listens on."""
        return str(self.observations[0].facts["address"])

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.observations[0].facts["port"])

    def settle(self, others: Sequence[Child] = ()) -> bool:
        """Ask it to read all that has reached it; True when it says so in time."""
        self._asked += 1
        self.child.send(b"settle\n")
        return self._wait(lambda: self._settles >= self._asked, others)

    def mark(self, others: Sequence[Child] = ()) -> bool:
        """Ask it to read what has arrived by now and leave connections open; True when it says so in time."""
        self._marked += 1
        self.child.send(b"mark\n")
        return self._wait(lambda: self._marks >= self._marked, others)

    def close(self) -> None:
        """Let it read what is left, collect `sealed`, its exit code, stderr and any sanitizer report."""
        self.child.close_stdin()
        self._wait(lambda: self.child.exited, ())
        hung = not self.child.exited
        self.child.finish()
        stderr = self.child.stderr.text().strip()
        report = sanitizer_report(stderr)
        if report:
            self.faults.append(f"{self.who}: sanitizer: {report}")
        elif hung:
            self.faults.append(f"{self.who}: did not end within {self._patience_s:g} s")
        elif self.child.signal is not None:
            self.faults.append(f"{self.who}: died by signal {self.child.signal}")
        elif self.child.exit_code:
            self.faults.append(f"{self.who}: exit {self.child.exit_code}: {stderr[-500:]}")
        if not self.sealed and not self.faults:
            self.faults.append(f"{self.who}: ended without a seal")

    def _await_listening(self) -> None:
        received = pump(
            [self.child], lambda: bool(self.observations) or self.child.exited, time.monotonic() + START_S
        )
        if received and self.observations and self.observations[0].what == "listening":
            return
        self.child.finish()
        text = self.child.stderr.text().strip() or (
            "no word in time" if not received else "it did not say `listening`"
        )
        raise WitnessError(self.who, text[-1000:], self.child.exit_code)

    def _wait(self, until: Callable[[], bool], others: Sequence[Child]) -> bool:
        deadline = time.monotonic() + self._patience_s
        pump([self.child, *others], lambda: until() or self.child.exited, deadline)
        return until()

    def _on_bytes(self, data: bytes) -> None:
        *lines, self._partial = (self._partial + data).split(b"\n")
        for line in lines:
            self._on_line(line)

    def _on_line(self, line: bytes) -> None:
        if len(self.observations) >= MAX_OBSERVATIONS:
            if len(self.faults) < 10:
                self.faults.append(f"{self.who}: more than {MAX_OBSERVATIONS} observations")
            return
        try:
            facts = json.loads(line)
            observation = Observation(
                facts.pop("seq"), facts.pop("who"), facts.pop("conn", None), facts.pop("what"), facts
            )
        except (ValueError, KeyError, AttributeError):
            if len(self.faults) < 10:
                self.faults.append(f"{self.who}: not an observation: {line[:200].decode('utf-8', 'replace')}")
            return
        self._settles += observation.what == "settled"
        self._marks += observation.what == "marked"
        self.sealed = self.sealed or observation.what == "sealed"
        self.observations.append(observation)
        self._tape.append(observation)
