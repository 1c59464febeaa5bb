"""The same client with one named flaw: it proves that scenarios bite.

It refuses an unknown flaw before anything runs.
"""

from __future__ import annotations

from typing import ClassVar

from pinlab.evidence import Outcome
from pinlab.tools import known_flaws, program

from adapters.base import Adapter, AdapterError, Brief, Command, Run, minimal_environment
from adapters.reference import native_outcome


class Flawed(Adapter):
    """pinlab-flawed --flaw NAME; `flawed:none` has no flaw."""

    ways = ("address", "proxy", "hosts")
    sessions: ClassVar[bool] = True
    ours: ClassVar[bool] = True
    ecosystem = "pinlab"

    def __init__(self, flaw: str) -> None:
        """AdapterError: no such flaw; ToolError: the program is not built."""
        if flaw != "none" and flaw not in known_flaws():
            raise AdapterError(
                f"no flaw is called {flaw}; there are none, {', '.join(sorted(known_flaws()))}"
            )
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
