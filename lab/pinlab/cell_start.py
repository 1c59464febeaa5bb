"""Starts the witnesses of a case, origin first, and keeps beside them what each was told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.base import Adapter

from pinlab import secrets_kept
from pinlab.briefs import mitm_brief, origin_brief
from pinlab.cell import Cell
from pinlab.evidence import Observation
from pinlab.fingerprints import foreseen
from pinlab.notes import note
from pinlab.plan import Case
from pinlab.settings import Settings
from pinlab.tools import program
from pinlab.upstream.briefs import upstream_brief, without_secrets
from pinlab.witness import Witness, WitnessError
from pinlab.world import World

EXIT_CANNOT_LISTEN = 3
TRIES = 3
"""A spoofing attacker needs the origin's port on another address; somebody else may have it."""


@dataclass(frozen=True)
class _Start:
    """What the witnesses of one case are told from."""

    settings: Settings
    case: Case
    world: World
    folder: Path
    canaries: list[str]
    foresee: bool
    """Whether lies are forged and announced before the client comes: it pins whole certificates."""

    @property
    def deadline_ms(self) -> int:
        return int(self.settings.timeout_s * 1000)

    def cell(self) -> Cell:
        """All of them, listening. WitnessError: one cannot, and none is left."""
        tape: list[Observation] = []
        if self.case.upstream:
            return Cell(None, self._before_the_users_server(tape), tape)
        origin = self._witness("origin", self._origin(), tape)
        if not self.case.script:
            return Cell(origin, None, tape)
        try:
            return Cell(origin, self._witness("mitm", self._mitm(origin.port), tape), tape)
        except WitnessError:
            origin.close()
            raise

    def _origin(self) -> dict[str, Any]:
        brief = origin_brief(self.case, self.world, self.canaries, self.deadline_ms, self.settings.listen)
        return brief | self._secrets("origin")

    def _mitm(self, origin_port: int) -> dict[str, Any]:
        brief = mitm_brief(
            self.case,
            self.world,
            canaries=self.canaries,
            deadline_ms=self.deadline_ms,
            now=self.settings.now,
            origin_port=origin_port,
            listen=self.settings.listen,
            foreseen=foreseen(self.case, self.world) if self.foresee else (),
        )
        return brief | self._secrets("mitm")

    def _before_the_users_server(self, tape: list[Observation]) -> Witness:
        assert self.case.upstream is not None
        now, listen = self.settings.now, self.settings.listen
        brief = upstream_brief(self.case, self.world, self.canaries, self.deadline_ms, now, listen)
        return self._witness("mitm", brief, tape, without_secrets(brief, self.case.upstream))

    def _witness(
        self, who: str, brief: dict[str, Any], tape: list[Observation], noted: dict[str, Any] | None = None
    ) -> Witness:
        note(self.folder / f"{who}.json", brief if noted is None else noted)
        patience_s = self.settings.timeout_s + 5
        return Witness(program(f"pinlab-{who}"), brief, who=who, patience_s=patience_s, tape=tape)

    def _secrets(self, who: str) -> dict[str, str]:
        return secrets_kept.of_witness(who, self.folder) if self.settings.keep else {}


def start_cell(
    settings: Settings, adapter: Adapter, case: Case, world: World, folder: Path, canaries: list[str]
) -> Cell:
    """Start the witnesses of `case`, listening. WitnessError: one cannot, and none is left."""
    start = _Start(settings, case, world, folder, canaries, adapter.pins_certificates)
    for last in [False] * (TRIES - 1) + [True]:
        try:
            return start.cell()
        except WitnessError as error:
            if last or error.exit_code != EXIT_CANNOT_LISTEN:
                raise
    raise AssertionError("unreachable")
