"""The same client with one named flaw: it proves that scenarios bite.

It refuses an unknown flaw before anything runs.
"""

from __future__ import annotations

from functools import cache
from typing import ClassVar

from pinlab.clients.api import Adapter, AdapterError, Brief, Command, Run, minimal_environment, native_outcome
from pinlab.evidence.model import Outcome
from pinlab.processes.binaries import listing, program


class Flawed(Adapter):
    """pinlab-flawed --flaw NAME; `flawed:none` has no flaw."""

    vias = ("address", "proxy", "hosts")
    sessions: ClassVar[bool] = True
    ours: ClassVar[bool] = True
    ecosystem = "pinlab"

    def __init__(self, flaw: str) -> None:
        """AdapterError: no such flaw; ToolError: the program is not built."""
        flaws = _flaws()
        if flaw != "none" and flaw not in flaws:
            raise AdapterError(f"no flaw is called {flaw}; there are none, {', '.join(flaws)}")
        self.flaw, self.name = flaw, f"flawed:{flaw}"

    def version(self) -> str:
        """Ours has no version of its own."""
        return program("pinlab-flawed").name

    def command(self, brief: Brief) -> Command:
        """The brief on its stdin, the flaw on its command line."""
        return Command(
            [str(program("pinlab-flawed")), "--flaw", self.flaw], minimal_environment(), brief.to_json()
        )

    def outcome(self, run: Run) -> Outcome:
        """As the reference client's."""
        return native_outcome(run)


@cache
def _flaws() -> tuple[str, ...]:
    """The flaws that the program has, asked for once in a process. ToolError."""
    return tuple(sorted(flaw["name"] for flaw in listing(program("pinlab-flawed"))))
