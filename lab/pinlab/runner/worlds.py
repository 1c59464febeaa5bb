"""The test PKIs of a run, each minted once for all cases that share it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from subprocess import Popen

from pinlab.pki import mint
from pinlab.pki.world import World
from pinlab.runner.cases import Case
from pinlab.runner.settings import Settings


class Worlds:
    """In the run folder, by their content address; workers find there what another has minted."""

    def __init__(self, settings: Settings) -> None:
        """Mints nothing yet."""
        self._now = settings.now
        self._folder = Path(settings.run_folder, "worlds")
        self._reuse = Path(settings.world) if settings.world else None
        self._opened: dict[str, World] = {}

    def of(self, case: Case) -> World:
        """The one of a case. MintError."""
        if case.world_digest not in self._opened:
            made = mint.mint_world(case.cast, now=self._now, folder=self._folder, reuse=self._reuse)
            self._opened[case.world_digest] = made
        return self._opened[case.world_digest]

    def mint_ahead(self, cases: Iterable[Case]) -> Popen[bytes]:
        """Start to make those of `cases` in the background; the caller ends it."""
        casts = {case.world_digest: case.cast for case in cases}
        return mint.mint_ahead(casts.values(), now=self._now, folder=self._folder, reuse=self._reuse)
