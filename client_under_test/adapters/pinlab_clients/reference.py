"""Our pinned client: it speaks the protocol natively, so there is nothing to translate."""

from __future__ import annotations

from typing import ClassVar

from pinlab.clients.api import Adapter, Brief, Command, Run, minimal_environment, native_outcome
from pinlab.evidence.model import Outcome
from pinlab.processes.binaries import program


class Reference(Adapter):
    """pinlab-client, the independent second implementation."""

    name = "reference"
    vias = ("address", "proxy", "hosts")
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
