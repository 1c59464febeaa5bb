"""Runs a case: starts the witnesses, then the client once for each visit; gives evidence and judgement.

Nothing else has witnesses or clients started for a verdict; what the evidence means is the judge's affair.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from subprocess import Popen
from typing import Any

from adapters.base import Adapter, Brief, Command, Unsupported, claim

from pinlab import closed_port, namespace, secrets_kept
from pinlab.briefs import client_brief
from pinlab.capture import Capture, available
from pinlab.catalogue import Catalogue
from pinlab.cell import Cell, hand_out
from pinlab.cell_start import start_cell
from pinlab.clock import Clock
from pinlab.evidence import ClientRun, Evidence, Visit
from pinlab.fingerprints import shown_lies
from pinlab.judge import judge
from pinlab.judgement import Judgement, TwinVerdict
from pinlab.loading import Flaws, Kinds, catalogue_of
from pinlab.mint import mint_ahead, mint_world
from pinlab.notes import note
from pinlab.plan import Case, Name, cases, name_of, twins
from pinlab.processor_time import processor_s
from pinlab.room import told_of
from pinlab.sandbox import confined
from pinlab.sandbox_view import view_of
from pinlab.seldom import handed_pin_file, upstream_faults
from pinlab.settings import Settings
from pinlab.start import become_subreaper
from pinlab.store import Store
from pinlab.talk import Talk
from pinlab.upstream.briefs import upstream_of, write_trust
from pinlab.visitor import Visitor, run_client
from pinlab.witness import WitnessError
from pinlab.world import World

CLIENT_SHARE = 0.8
"""The client's own timeout is this part of its deadline, so that it can still say what happened."""


class Bench:
    """What one process needs to run cases; the run folder shares results among workers."""

    def __init__(
        self, settings: Settings, catalogue: Catalogue, adapter: Adapter, visitor: Visitor | None = None
    ) -> None:
        """Makes this process adopt whatever its clients leave behind.

        `visitor` makes the visits; without one, each is a process that the adapter's command line starts.
        """
        become_subreaper()
        self.settings, self.catalogue, self.adapter = settings, catalogue, adapter
        self.visitor = visitor
        self._run_folder = Path(settings.run_folder)
        self._evidence = Store(self._run_folder / "evidence")
        self._worlds: dict[str, World] = {}
        self._cases: dict[Name, Case] = {}
        self._twins: dict[Name, TwinVerdict] = {}
        self.handed = handed_pin_file(settings)
        self._clock = Clock()

    @classmethod
    def open(cls, settings: Settings, kinds: Kinds = None, flaws: Flaws = None) -> Bench:
        """The bench of a run in this process; checks the catalogue against `kinds` and `flaws` if given.

        Raises AdapterError, CatalogueError, ToolError.
        """
        return cls(settings, catalogue_of(settings, kinds, flaws), settings.adapter())

    def examine(self, case: Case) -> tuple[Evidence, Judgement]:
        """Run a case and its twins, each once in the whole run, and judge it."""
        evidence = self.evidence(case)
        return evidence, judge(case.expectation, evidence, [self.twin(twin) for twin in self.twins(case)])

    def twins(self, case: Case) -> list[Case]:
        """The cases that must be accepted before a refusal of this one proves anything."""
        found = twins(case, self.catalogue, fixed_pins=self.adapter.pins == "fixed")
        return [self._cases.setdefault(name_of(one), one) for one in found]

    def twin(self, case: Case) -> TwinVerdict:
        """How a twin ended, from the store or run now; judged once, however many cases it stands for."""
        name = name_of(case)
        if name not in self._twins:
            seen = judge(case.expectation, self.evidence(case))
            self._twins[name] = TwinVerdict(case.title, seen.verdict, seen.cause)
        return self._twins[name]

    def cases(self) -> list[Case]:
        """What this run is about, in catalogue order.

        Always the same objects: a case computes its world's recipe and its content address once, and workers
        that are forked later have both.
        """
        chosen = self.catalogue.scenarios
        ids = self.settings.selected or tuple(chosen)
        found = cases(
            [chosen[one] for one in ids],
            self.catalogue.cast,
            via=self.settings.way(self.adapter),
            client=self.adapter.identity(),
            own_world=self.settings.world,
            upstream=self.settings.upstream,
        )
        return [self._cases.setdefault(name_of(one), one) for one in found]

    def evidence(self, case: Case) -> Evidence:
        """The evidence of a case, from the store or made now."""
        return Evidence.from_json(self._record(case)["evidence"])

    def cpu_ms(self, case: Case) -> int:
        """Processor time that the case took, in its programs and in this process; twins are other cases."""
        return int(self._record(case)["cpu_ms"])

    def folder(self, case: Case) -> Path:
        """Where the case's briefs and files are while the run lasts."""
        return self._run_folder / "cases" / case.digest

    def world(self, case: Case) -> World:
        """The world of a case, minted once in the whole run."""
        if case.world_digest not in self._worlds:
            self._worlds[case.world_digest] = mint_world(case.cast, **self._where_worlds_are)
        return self._worlds[case.world_digest]

    def mint_ahead(self, chosen: Iterable[Case]) -> Popen[bytes]:
        """Start to make the worlds of these cases and their twins in the background; the caller ends it."""
        casts = {one.world_digest: one.cast for case in chosen for one in (case, *self.twins(case))}
        return mint_ahead(casts.values(), **self._where_worlds_are)

    @property
    def _where_worlds_are(self) -> dict[str, Any]:
        own = Path(self.settings.world) if self.settings.world else None
        return {"now": self.settings.now, "folder": self._run_folder / "worlds", "reuse": own}

    def canaries(self, case: Case) -> list[str]:
        """One secret for each visit: the same seed gives the same ones."""
        count = len(case.scenario.expected_visits)
        key = str(self.settings.seed).encode()
        names = [f"{case.digest}:{visit}".encode() for visit in range(count)]
        return [hmac.new(key, name, hashlib.sha256).hexdigest()[:32] for name in names]

    def _timeout_ms(self, case: Case) -> int:
        """The client's own limit: the scenario's, where that is shorter than what the run allows."""
        allowed = self.settings.timeout_s * CLIENT_SHARE
        return int(min(case.scenario.timeout or allowed, allowed) * 1000)

    def _record(self, case: Case) -> dict[str, Any]:
        with told_of(self._run_folder):
            return self._evidence.get(case.digest, lambda: self._measured(case))

    def _measured(self, case: Case) -> dict[str, Any]:
        self.world(case)
        before = processor_s()
        evidence = self._run(case).to_json()
        return {"evidence": evidence, "cpu_ms": round((processor_s() - before) * 1000)}

    def _run(self, case: Case) -> Evidence:
        folder = self.folder(case)
        folder.mkdir(parents=True, exist_ok=True)
        canaries = self.canaries(case)
        try:
            cell = start_cell(self.settings, self.adapter, case, self.world(case), folder, canaries)
        except WitnessError as error:
            return Evidence((), False, (str(error),), str(folder))
        visits = []
        capture = self._capture(cell, folder)
        try:
            if case.scenario.session:
                visits = self._session(case, cell, canaries)
            else:
                for number, expect in enumerate(case.scenario.expected_visits):
                    visits.append(self._visit(case, cell, number, expect, canaries[number]))
        finally:
            faults = closed_port.faults(case, cell) + cell.close()
            faults += [*upstream_faults(case), *self._clock.faults()]
            if capture:
                capture.end()
        visits = hand_out(visits, cell.tape)
        return Evidence(tuple(visits), all(one.sealed for one in cell.witnesses), tuple(faults), str(folder))

    def _capture(self, cell: Cell, folder: Path) -> Capture | None:
        """Packets are kept where the user keeps everything and the machine can capture."""
        wanted = self.settings.keep and available()
        return Capture([one.port for one in cell.witnesses], folder) if wanted else None

    def _shown(self, case: Case) -> Path:
        """The part of the case's folder that is for the client: of a confined one, all that it sees of it."""
        shown = self.folder(case) / "client"
        shown.mkdir(exist_ok=True)
        return shown

    def _brief(self, case: Case, cell: Cell, number: int, canary: str) -> Brief:
        folder, shown, world = self.folder(case), self._shown(case), self.world(case)
        trust = case.scenario.asked(number).trust
        name = "ca.pem" if trust is None else f"ca.{number}.pem"
        if case.upstream:
            ca_file = write_trust(case.upstream, world, shown / name, started_here=self.visitor is None)
        else:
            ca_file = world.write_bundle(trust or case.scenario.trust, shown / name)
        brief = client_brief(
            case,
            world,
            ca_file=str(ca_file),
            folder=str(shown),
            canary=canary,
            timeout_ms=self._timeout_ms(case),
            met=cell.met,
            origin_port=cell.origin.port if cell.origin else upstream_of(case).port,
            visit=number,
            lies=shown_lies(case, world, cell.prepared) if self.adapter.pins_certificates else None,
        )
        if self.handed and self.adapter.reads_pin_file:
            brief = replace(brief, pin_file=self.handed.write(case, world, shown), pin_set=None)
        text = brief.to_request() if case.scenario.session and number else brief.to_json()
        (folder / f"client.{number}.json").write_text(text, encoding="utf-8")
        return brief

    def _command(self, case: Case, brief: Brief, number: int) -> Command:
        """How to start the client; Unsupported: it cannot do this."""
        folder = self.folder(case)
        command = self.adapter.command(brief)
        if self.settings.keep:
            command = replace(command, env={**command.env, **secrets_kept.of_client(folder)})
        hosts = folder / "hosts" if case.via == "hosts" else None
        if hosts:
            hosts.write_text(namespace.hosts_text(brief.host, brief.address), encoding="ascii")
        if self.settings.sandbox:
            view = view_of(self.settings, self.world(case), folder, brief, hosts)
            command = confined(command, self.settings.sandbox, view)
        elif hosts:
            assert self.settings.isolation is not None
            command = replace(command, argv=namespace.wrap(self.settings.isolation, str(hosts), command.argv))
        note(folder / f"command.{number}.json", {"argv": command.argv, "env": dict(command.env)})
        return command

    def _session(self, case: Case, cell: Cell, canaries: list[str]) -> list[Visit]:
        """All visits by one process; connections stay open between them, so witnesses only mark."""
        words = case.scenario.expected_visits
        others = [witness.child for witness in cell.witnesses]
        talk, visits = None, []
        try:
            for number, expect in enumerate(words):
                brief = self._brief(case, cell, number, canaries[number])
                if talk is None:
                    talk = Talk(self._command(case, brief, number), self.adapter, self.settings.timeout_s)
                else:
                    talk.ask(brief.to_request())
                run = talk.hear(others)
                marked = all([witness.mark(others) for witness in cell.witnesses])
                visits.append(Visit(expect, run, (cell.mark(),), marked))
        except (OSError, Unsupported) as error:
            word = "unsupported" if isinstance(error, Unsupported) else None
            run = ClientRun(claim(word, None, str(error)), exit_code=None, started=False)
            visits = [Visit(expect, run) for expect in words]
        finally:
            last = talk.end(visits[-1].client if visits else None) if talk else None
        return [*visits[:-1], replace(visits[-1], client=last)] if last else visits

    def _visit(self, case: Case, cell: Cell, number: int, expect: str, canary: str) -> Visit:
        try:
            brief = self._brief(case, cell, number, canary)
            if self.visitor:
                run = self.visitor.visit(case, number, brief, cell)
            else:
                command = self._command(case, brief, number)
                others = [witness.child for witness in cell.witnesses]
                run = run_client(command, self.adapter, self.settings.timeout_s, others)
        except Unsupported as error:
            return Visit(
                expect, ClientRun(claim("unsupported", None, str(error)), exit_code=None, started=False)
            )
        settled = all(
            [witness.settle([other.child for other in cell.witnesses]) for witness in cell.witnesses]
        )
        return Visit(expect, run, (cell.mark(),), settled)
