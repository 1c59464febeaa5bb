"""A client that the lab does not start: it is given a brief, connects by itself and says what came of it.

`serve` reaches one over HTTP, the pytest plugin calls a function; both are drivers of this one kind.
"""

from __future__ import annotations

import json
import signal
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Literal

from pinlab.clients.api import Adapter, Brief, Command, Run, Unsupported, claim
from pinlab.evidence.model import ClientRun, Outcome
from pinlab.runner.cases import Case
from pinlab.witnesses.testbed import Testbed


class Abandoned(Exception):
    """The run is to end before the client has done its task."""


class ExternalAdapter(Adapter):
    """The adapter of such a client: a name, and by which `--via` it can be led."""

    vias = ("address", "proxy")

    def __init__(self, name: str, version: str, fixed_pins: bool) -> None:
        """`fixed_pins`: they are compiled in, and the test PKI is one that stays."""
        self.name, self._version = name, version
        self.pins: Literal["given", "fixed", "none"] = "fixed" if fixed_pins else "given"

    def version(self) -> str:
        """What it states about itself."""
        return self._version

    def command(self, brief: Brief) -> Command:
        """There is none."""
        raise Unsupported("the lab does not start this client")

    def outcome(self, run: Run) -> Outcome:
        """Nothing: it never runs as a process of the lab."""
        return claim(None)


class ExternalDriver(ABC):
    """Makes each visit by waiting for the client's claim, while the witnesses' bytes are moved."""

    def __init__(self, patience_s: float) -> None:
        """The client gets `patience_s` for each visit."""
        self._patience_s = patience_s
        self.visits = 0
        """How many were begun."""

    def visit(self, case: Case, number: int, brief: Brief, testbed: Testbed) -> ClientRun:
        """One visit. Abandoned: the run is to end."""
        self.visits += 1
        began = time.monotonic()
        try:
            outcome = self.claim_of(case, number, brief, testbed, began + self._patience_s)
        except Abandoned:
            for witness in testbed.witnesses:  # what they know is of no use any more
                witness.child.kill(signal.SIGKILL)
            raise
        took = int((time.monotonic() - began) * 1000)
        return ClientRun(outcome or claim(None), timed_out=outcome is None, duration_ms=took)

    @abstractmethod
    def claim_of(
        self, case: Case, number: int, brief: Brief, testbed: Testbed, until: float
    ) -> Outcome | None:
        """The claim of visit `number`; None: there was none until then (monotonic clock). Abandoned."""


def brief_facts(brief: Brief) -> dict[str, object]:
    """The brief of PROTOCOL.md for a client that may be on another machine: the trust file as text."""
    facts = json.loads(brief.to_json())
    facts = {name: value for name, value in facts.items() if name not in ("schema", "ca_file", "session")}
    pem = Path(brief.ca_file).read_text(encoding="ascii")
    facts |= {"path": brief.path, "upgrade": brief.upgrade}
    return {**facts, "header": f"X-Pinlab-Canary: {brief.canary}", "ca_pem": pem}
