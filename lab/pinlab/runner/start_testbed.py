"""Starts the witnesses of a case, origin first, and keeps the brief of each beside them."""

from __future__ import annotations

from typing import Any

from pinlab.evidence.model import Observation
from pinlab.processes.binaries import program
from pinlab.runner.briefs import mitm_brief, origin_brief
from pinlab.runner.case_setup import CaseSetup
from pinlab.runner.certificate_pins import foreseen
from pinlab.runner.evidence_dir import note
from pinlab.witnesses import keylog
from pinlab.witnesses.testbed import Testbed
from pinlab.witnesses.witness import Witness, WitnessError

EXIT_CANNOT_LISTEN = 3
TRIES = 3
"""A spoofing attacker needs the origin's port on another address; someone else may have it."""


class _Start:
    """Starts the witnesses of one case."""

    def __init__(self, setup: CaseSetup) -> None:
        self.setup, self.settings = setup, setup.settings
        self.case, self.world, self.canaries = setup.case, setup.world, setup.canaries

    def testbed(self) -> Testbed:
        """All of them, listening. WitnessError: one cannot, and none is left."""
        tape: list[Observation] = []
        only = self.settings.extension.interceptor_brief(self.settings, self.case, self.world, self.canaries)
        if only:
            mitm = self._witness("mitm", only.brief, tape, only.without_secrets)
            return Testbed(None, mitm, tape, only.origin_port)
        origin = self._witness("origin", self._origin(), tape)
        if not self.case.script:
            return Testbed(origin, None, tape)
        try:
            return Testbed(origin, self._witness("mitm", self._mitm(origin.port), tape), tape)
        except WitnessError:
            origin.close()
            raise

    def _origin(self) -> dict[str, Any]:
        brief = origin_brief(
            self.case, self.world, self.canaries, self.setup.deadline_ms, self.settings.listen
        )
        return brief | self._secrets("origin")

    def _mitm(self, origin_port: int) -> dict[str, Any]:
        brief = mitm_brief(
            self.case,
            self.world,
            canaries=self.canaries,
            deadline_ms=self.setup.deadline_ms,
            now=self.settings.now,
            origin_port=origin_port,
            listen=self.settings.listen,
            foreseen=foreseen(self.case, self.world) if self.setup.adapter.pins_certificates else (),
        )
        return brief | self._secrets("mitm")

    def _witness(
        self, who: str, brief: dict[str, Any], tape: list[Observation], noted: dict[str, Any] | None = None
    ) -> Witness:
        note(self.setup.folder / f"{who}.json", brief if noted is None else noted)
        patience_s = self.settings.timeout_s + 5
        return Witness(program(f"pinlab-{who}"), brief, who=who, patience_s=patience_s, tape=tape)

    def _secrets(self, who: str) -> dict[str, str]:
        return keylog.of_witness(who, self.setup.folder) if self.settings.keep else {}


def start_testbed(setup: CaseSetup) -> Testbed:
    """Start the witnesses of a case, listening. WitnessError: one cannot, and none is left.

    For an adapter that pins whole certificates, forged ones are made and announced before the client comes.
    """
    start = _Start(setup)
    for last in [False] * (TRIES - 1) + [True]:
        try:
            return start.testbed()
        except WitnessError as error:
            if last or error.exit_code != EXIT_CANNOT_LISTEN:
                raise
    raise AssertionError("unreachable")
