"""A run of the statements of the user's own pin file, as an extension of the runner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from pinlab.clients.api import Adapter, Brief
from pinlab.pin_file_run.client_file import ClientPinFile
from pinlab.pin_file_run.options import PinFileOptions
from pinlab.pki.world import World
from pinlab.runner.cases import Case
from pinlab.runner.extensions import RunExtension


@dataclass(frozen=True)
class PinFileRun(RunExtension):
    """Clients that read such a file get it with the lab's keys in the place of the user's."""

    file: ClientPinFile
    typed: PinFileOptions

    names_scenarios: ClassVar[bool] = True

    def options(self) -> Sequence[str]:
        """--pins, and --pin-role where it was given."""
        role = ["--pin-role", self.typed.pin_role] if self.typed.pin_role else []
        return ["--pins", str(self.typed.pins), *role]

    def client_brief(
        self, brief: Brief, case: Case, world: World, adapter: Adapter, *, started_here: bool
    ) -> Brief:
        """With the file, which says itself when its pins expire."""
        if not adapter.reads_pin_file:
            return brief
        return replace(brief, pin_file=self.file.write(case, world, Path(brief.folder)), pin_set=None)
