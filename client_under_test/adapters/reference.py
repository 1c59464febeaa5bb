"""Our pinned client: it speaks the protocol natively, so there is nothing to translate.

It refuses to guess: a run without an outcome line claims nothing.
"""

from __future__ import annotations

from typing import ClassVar

from pinlab.evidence import Outcome
from pinlab.tools import program
from pinlab.words import EXIT_UNSUPPORTED

from adapters.base import Adapter, Brief, Command, Run, claim, minimal_environment, stated_outcome


class Reference(Adapter):
    """pinlab-client, the independent second implementation."""

    name = "reference"
    ways = ("address", "proxy", "hosts")
    sessions: ClassVar[bool] = True
    ours: ClassVar[bool] = True
    ecosystem = "pinlab"

    def version(self) -> str:
        """Ours has no version of its own. ToolError: it is not built."""
        return program("pinlab-client").name

    def command(self, brief: Brief) -> Command:
        """The brief on its stdin is all it needs."""
        return Command([str(program("pinlab-client"))], minimal_environment(), brief.to_json())

    def outcome(self, run: Run) -> Outcome:
        """Exit 0 means an opinion was printed, 89 unsupported; anything else is a fault."""
        return native_outcome(run)


def native_outcome(run: Run) -> Outcome:
    """The outcome of a client that speaks PROTOCOL.md."""
    stated = stated_outcome(run.stdout)
    if run.exit_code == EXIT_UNSUPPORTED:
        return stated or claim("unsupported", None, run.stderr.strip()[-200:])
    if run.exit_code == 0 and stated:
        return stated
    return claim(None, None, f"no outcome: {run.stderr.strip()[-200:]}")
