"""What is put together for one case before anything of it starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pinlab.clients.api import Adapter
from pinlab.pki.world import World
from pinlab.runner.cases import Case
from pinlab.runner.settings import Settings

CLIENT_SHARE = 0.8
"""The client's own timeout is this part of its deadline, so that it can still say what happened."""


@dataclass(frozen=True)
class CaseSetup:
    """One case of a run: the test PKI, the case's folder, and a secret for each visit."""

    settings: Settings
    adapter: Adapter
    case: Case
    world: World
    folder: Path
    canaries: list[str]

    @property
    def deadline_ms(self) -> int:
        """How long a connection may take."""
        return int(self.settings.timeout_s * 1000)

    @property
    def client_timeout_ms(self) -> int:
        """The client's own limit: the scenario's, where that is shorter than what the run allows."""
        allowed = self.settings.timeout_s * CLIENT_SHARE
        return int(min(self.case.scenario.timeout or allowed, allowed) * 1000)

    @property
    def client_folder(self) -> Path:
        """The part of the folder that is for the client: of a confined one, all that it sees of it."""
        shown = self.folder / "client"
        shown.mkdir(exist_ok=True)
        return shown
