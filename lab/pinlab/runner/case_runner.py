"""The cases of a run and their controls: evidence and judgement of each, once in the whole run.

Begin here to follow a case: `examine` collects the evidence of a case and its controls and has the judge decide.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from pathlib import Path
from subprocess import Popen
from typing import TYPE_CHECKING, Any

from pinlab.catalogue.loader import Catalogue
from pinlab.clients.api import Adapter
from pinlab.core.clock import Clock, processor_s
from pinlab.core.files import naming_path
from pinlab.evidence.model import Evidence
from pinlab.judge.judge import judge
from pinlab.judge.verdicts import ControlVerdict, Judgement
from pinlab.processes.spawn import become_subreaper
from pinlab.runner.case_setup import CaseSetup
from pinlab.runner.cases import Case, Name, cases, controls, name_of
from pinlab.runner.collect_evidence import collect_evidence
from pinlab.runner.load_catalogue import Flaws, Kinds, catalogue_of
from pinlab.runner.settings import Settings
from pinlab.runner.shared_cache import Store
from pinlab.runner.worlds import Worlds

if TYPE_CHECKING:
    from pinlab.pki.world import World
    from pinlab.runner.client_driver import ClientDriver


class CaseRunner:
    """What one process needs to run cases; the run folder shares results among workers."""

    def __init__(
        self, settings: Settings, catalogue: Catalogue, adapter: Adapter, driver: ClientDriver | None = None
    ) -> None:
        """Makes this process adopt whatever its clients leave behind.

        `driver` makes the visits; without one, each is a process that the adapter's command line starts.
        """
        become_subreaper()
        self.settings, self.catalogue, self.adapter = settings, catalogue, adapter
        self.driver = driver
        self._run_folder = Path(settings.run_folder)
        self._evidence = Store(self._run_folder / "evidence")
        self._worlds = Worlds(settings)
        self._cases: dict[Name, Case] = {}
        self._controls: dict[Name, ControlVerdict] = {}
        self._clock = Clock()

    @classmethod
    def open(cls, settings: Settings, kinds: Kinds = None, flaws: Flaws = None) -> CaseRunner:
        """The case runner of a run in this process; checks the catalogue against `kinds` and `flaws` if given.

        Raises AdapterError, FileError, ToolError.
        """
        return cls(settings, catalogue_of(settings, kinds, flaws), settings.adapter())

    def examine(self, case: Case) -> tuple[Evidence, Judgement]:
        """Run a case and its controls, each once in the whole run, and judge it."""
        evidence = self.evidence(case)
        return evidence, judge(
            case.expectation, evidence, [self.control(control) for control in self.controls(case)]
        )

    def controls(self, case: Case) -> list[Case]:
        """The cases that must be accepted before a refusal of this one proves anything."""
        found = controls(case, self.catalogue, fixed_pins=self.adapter.pins == "fixed")
        return [self._cases.setdefault(name_of(case), case) for case in found]

    def control(self, case: Case) -> ControlVerdict:
        """How a control ended, from the store or run now; judged once, however many cases it stands for."""
        name = name_of(case)
        if name not in self._controls:
            seen = judge(case.expectation, self.evidence(case))
            self._controls[name] = ControlVerdict(case.title, seen.verdict, seen.cause)
        return self._controls[name]

    def cases(self) -> list[Case]:
        """What this run is about, in catalogue order.

        Always the same objects: a case computes its world's recipe and its content address once, and workers
        that are forked later have both.
        """
        chosen = self.catalogue.scenarios
        ids = self.settings.selected or tuple(chosen)
        found = cases(
            [chosen[id_] for id_ in ids],
            self.catalogue.cast,
            via=self.settings.via_for(self.adapter),
            client=self.adapter.identity(),
            lasting_world=self.settings.world,
            extension=self.settings.extension,
        )
        return [self._cases.setdefault(name_of(case), case) for case in found]

    def evidence(self, case: Case) -> Evidence:
        """The evidence of a case, from the store or made now."""
        return Evidence.from_json(self._record(case)["evidence"])

    def cpu_ms(self, case: Case) -> int:
        """Processor time that the case took, in its programs and in this process; controls are other cases."""
        return int(self._record(case)["cpu_ms"])

    def folder(self, case: Case) -> Path:
        """Where the case's briefs and files are while the run lasts."""
        return self._run_folder / "cases" / case.digest

    def world(self, case: Case) -> World:
        """The test PKI of a case, minted once in the whole run."""
        return self._worlds.of(case)

    def mint_ahead(self, chosen: Iterable[Case]) -> Popen[bytes]:
        """Start to make the worlds of these cases and their controls in the background; the caller ends it."""
        return self._worlds.mint_ahead([each for case in chosen for each in (case, *self.controls(case))])

    def canaries(self, case: Case) -> list[str]:
        """One secret for each visit: the same seed gives the same ones."""
        count = len(case.scenario.expected_visits)
        key = str(self.settings.seed).encode()
        names = [f"{case.digest}:{visit}".encode() for visit in range(count)]
        return [hmac.new(key, name, hashlib.sha256).hexdigest()[:32] for name in names]

    def _record(self, case: Case) -> dict[str, Any]:
        with naming_path(self._run_folder):
            return self._evidence.get(case.digest, lambda: self._measured(case))

    def _measured(self, case: Case) -> dict[str, Any]:
        self.world(case)
        before = processor_s()
        setup = CaseSetup(
            self.settings, self.adapter, case, self.world(case), self.folder(case), self.canaries(case)
        )
        evidence = collect_evidence(setup, self.driver, self._clock).to_json()
        return {"evidence": evidence, "cpu_ms": round((processor_s() - before) * 1000)}
