"""Runs a case: starts the witnesses, then the client once for each visit; gives evidence and judgement.

Nothing else has witnesses or clients started for a verdict; what the evidence means is the judge's affair.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import resource
from dataclasses import replace
from pathlib import Path
from typing import Any

from adapters.base import Adapter, Brief, Command, Unsupported, claim

from pinlab import namespace, secrets_kept
from pinlab.briefs import client_brief, mitm_brief, origin_brief
from pinlab.capture import Capture, available
from pinlab.catalogue import Catalogue
from pinlab.cell import Cell, hand_out
from pinlab.evidence import ClientRun, Evidence, Observation, Visit
from pinlab.judge import judge
from pinlab.judgement import Judgement, TwinVerdict
from pinlab.loading import Flaws, Kinds, catalogue_of
from pinlab.mint import mint_world
from pinlab.pinfile.handed import Handed
from pinlab.plan import Case, cases, twins
from pinlab.process import become_subreaper
from pinlab.settings import Settings
from pinlab.store import Store
from pinlab.talk import Talk
from pinlab.tools import program
from pinlab.visitor import Visitor, run_client
from pinlab.witness import Witness, WitnessError
from pinlab.world import World

EXIT_CANNOT_LISTEN = 3
TRIES = 3
"""A spoofing attacker needs the origin's port on another address; somebody else may have it."""
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
        self.handed = Handed.load(Path(str(settings.catalogue))) if settings.pins else None

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
        return twins(case, self.catalogue, fixed_pins=self.adapter.pins == "fixed")

    def twin(self, case: Case) -> TwinVerdict:
        """How a twin ended, from the store or run now."""
        seen = judge(case.expectation, self.evidence(case))
        return TwinVerdict(case.title, seen.verdict, seen.cause)

    def cases(self) -> list[Case]:
        """What this run is about, in catalogue order."""
        chosen = self.catalogue.scenarios
        ids = self.settings.selected or tuple(chosen)
        return cases(
            [chosen[one] for one in ids],
            self.catalogue.cast,
            via=self.settings.way(self.adapter),
            client=self.adapter.identity(),
            own_world=self.settings.world,
        )

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
            own = Path(self.settings.world) if self.settings.world else None
            folder = self._run_folder / "worlds"
            self._worlds[case.world_digest] = mint_world(
                case.cast, now=self.settings.now, folder=folder, reuse=own
            )
        return self._worlds[case.world_digest]

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
        return self._evidence.get(case.digest, lambda: self._measured(case))

    def _measured(self, case: Case) -> dict[str, Any]:
        self.world(case)
        before = _cpu_s()
        evidence = self._run(case).to_json()
        return {"evidence": evidence, "cpu_ms": round((_cpu_s() - before) * 1000)}

    def _run(self, case: Case) -> Evidence:
        folder = self.folder(case)
        folder.mkdir(parents=True, exist_ok=True)
        canaries = self.canaries(case)
        try:
            cell = self._start(case, canaries)
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
            faults = cell.close()
            if capture:
                capture.end()
        visits = hand_out(visits, cell.tape)
        return Evidence(tuple(visits), all(one.sealed for one in cell.witnesses), tuple(faults), str(folder))

    def _start(self, case: Case, canaries: list[str]) -> Cell:
        for last in [False] * (TRIES - 1) + [True]:
            try:
                return self._start_once(case, canaries)
            except WitnessError as error:
                if last or error.exit_code != EXIT_CANNOT_LISTEN:
                    raise
        raise AssertionError("unreachable")

    def _start_once(self, case: Case, canaries: list[str]) -> Cell:
        world, folder = self.world(case), self.folder(case)
        deadline_ms = int(self.settings.timeout_s * 1000)
        patience_s = self.settings.timeout_s + 5
        tape: list[Observation] = []
        listen = self.settings.listen
        brief = origin_brief(case, world, canaries, deadline_ms, listen) | self._secrets("origin", folder)
        note(folder / "origin.json", brief)
        origin = Witness(program("pinlab-origin"), brief, who="origin", patience_s=patience_s, tape=tape)
        if not case.script:
            return Cell(origin, None, tape)
        brief = mitm_brief(
            case,
            world,
            canaries=canaries,
            deadline_ms=deadline_ms,
            now=self.settings.now,
            origin_port=origin.port,
            listen=listen,
        )
        brief |= self._secrets("mitm", folder)
        note(folder / "mitm.json", brief)
        try:
            mitm = Witness(program("pinlab-mitm"), brief, who="mitm", patience_s=patience_s, tape=tape)
        except WitnessError:
            origin.close()
            raise
        return Cell(origin, mitm, tape)

    def _secrets(self, who: str, folder: Path) -> dict[str, str]:
        return secrets_kept.of_witness(who, folder) if self.settings.keep else {}

    def _capture(self, cell: Cell, folder: Path) -> Capture | None:
        """Packets are kept where the user keeps everything and the machine can capture."""
        wanted = self.settings.keep and available()
        return Capture([one.port for one in cell.witnesses], folder) if wanted else None

    def _brief(self, case: Case, cell: Cell, number: int, canary: str) -> Brief:
        folder = self.folder(case)
        world = self.world(case)
        trust = case.scenario.asked(number).trust
        name = "ca.pem" if trust is None else f"ca.{number}.pem"
        ca_file = world.write_bundle(trust or case.scenario.trust, folder / name)
        brief = client_brief(
            case,
            world,
            ca_file=str(ca_file),
            folder=str(folder),
            canary=canary,
            timeout_ms=self._timeout_ms(case),
            met=cell.met,
            origin_port=cell.origin.port,
            visit=number,
        )
        if self.handed and self.adapter.reads_pin_file:
            brief = replace(brief, pin_file=self.handed.write(case, world, folder), pin_set=None)
        text = brief.to_request() if case.scenario.session and number else brief.to_json()
        (folder / f"client.{number}.json").write_text(text, encoding="utf-8")
        return brief

    def _command(self, case: Case, brief: Brief, number: int) -> Command:
        """How to start the client; Unsupported: it cannot do this."""
        folder = self.folder(case)
        command = self.adapter.command(brief)
        if self.settings.keep:
            command = replace(command, env={**command.env, **secrets_kept.of_client(folder)})
        if case.via == "hosts":
            assert self.settings.isolation is not None
            hosts = folder / "hosts"
            hosts.write_text(namespace.hosts_text(brief.host, brief.address), encoding="ascii")
            wrapped = namespace.wrap(self.settings.isolation, str(hosts), command.argv)
            command = Command(wrapped, command.env, command.stdin)
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


def _cpu_s() -> float:
    """Processor time of this process and of all its children that have ended."""
    every = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in every)


def note(path: Path, facts: object) -> None:
    """Write `facts` as JSON that people can read."""
    path.write_text(json.dumps(facts, indent=1), encoding="utf-8")
