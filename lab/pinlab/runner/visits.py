"""Makes the visits of one case while its witnesses run: brief, command, client, and where each ends on the tape."""

from __future__ import annotations

from dataclasses import replace

from pinlab.clients import hosts_file
from pinlab.clients.api import Brief, Command, Unsupported, claim
from pinlab.clients.sandbox import confined
from pinlab.clients.sandbox_mounts import view_of
from pinlab.clients.session import Talk
from pinlab.evidence.model import ClientRun, ObservedVisit
from pinlab.runner.briefs import client_brief
from pinlab.runner.case_setup import CaseSetup
from pinlab.runner.certificate_pins import shown_forgeries
from pinlab.runner.client_driver import ClientDriver, run_client
from pinlab.runner.evidence_dir import note
from pinlab.witnesses import keylog
from pinlab.witnesses.testbed import Testbed


class Visits:
    """The visits of one case."""

    def __init__(self, setup: CaseSetup, driver: ClientDriver | None) -> None:
        """`driver` makes them; without one, each is a process that the adapter's command line starts."""
        self._setup, self._driver = setup, driver

    def make(self, testbed: Testbed) -> list[ObservedVisit]:
        """All of them, in order."""
        scenario = self._setup.case.scenario
        if scenario.session:
            return self._session(testbed)
        return [
            self._visit(testbed, number, expect) for number, expect in enumerate(scenario.expected_visits)
        ]

    def _brief(self, testbed: Testbed, number: int, canary: str) -> Brief:
        case, world, shown = self._setup.case, self._setup.world, self._setup.client_folder
        trust = case.scenario.asked(number).trust
        name = "ca.pem" if trust is None else f"ca.{number}.pem"
        ca_file = world.write_bundle(trust or case.scenario.trust, shown / name)
        brief = client_brief(
            case,
            world,
            ca_file=str(ca_file),
            folder=str(shown),
            canary=canary,
            timeout_ms=self._setup.client_timeout_ms,
            met=testbed.met,
            origin_port=testbed.origin_port,
            visit=number,
            forgeries=shown_forgeries(case, world, testbed.prepared)
            if self._setup.adapter.pins_certificates
            else None,
        )
        brief = self._setup.settings.extension.client_brief(
            brief, case, world, self._setup.adapter, started_here=self._driver is None
        )
        text = brief.to_request() if case.scenario.session and number else brief.to_json()
        (self._setup.folder / f"client.{number}.json").write_text(text, encoding="utf-8")
        return brief

    def _command(self, brief: Brief, number: int) -> Command:
        """How to start the client; Unsupported: it cannot do this."""
        setup, folder = self._setup, self._setup.folder
        command = setup.adapter.command(brief)
        if setup.settings.keep:
            command = replace(command, env={**command.env, **keylog.of_client(folder)})
        hosts = folder / "hosts" if setup.case.via == "hosts" else None
        if hosts:
            hosts.write_text(hosts_file.hosts_text(brief.host, brief.address), encoding="ascii")
        if setup.settings.sandbox:
            secret = (setup.settings.run_folder, setup.settings.world, setup.settings.evidence)
            log = folder / keylog.CLIENT if setup.settings.keep else None
            view = view_of(setup.world, brief, hosts=hosts, hidden=secret, written=log)
            command = confined(command, setup.settings.sandbox, view)
        elif hosts:
            assert setup.settings.isolation is not None
            command = replace(
                command, argv=hosts_file.wrap(setup.settings.isolation, str(hosts), command.argv)
            )
        note(folder / f"command.{number}.json", {"argv": command.argv, "env": dict(command.env)})
        return command

    def _session(self, testbed: Testbed) -> list[ObservedVisit]:
        """All visits by one process; connections stay open between them, so witnesses only mark."""
        setup = self._setup
        words = setup.case.scenario.expected_visits
        others = [witness.child for witness in testbed.witnesses]
        talk, visits = None, []
        try:
            for number, expect in enumerate(words):
                brief = self._brief(testbed, number, setup.canaries[number])
                if talk is None:
                    talk = Talk(self._command(brief, number), setup.adapter, setup.settings.timeout_s)
                else:
                    talk.ask(brief.to_request())
                run = talk.receive(others)
                marked = all([witness.mark(others) for witness in testbed.witnesses])
                visits.append(ObservedVisit(expect, run, (testbed.mark(),), marked))
        except (OSError, Unsupported) as error:
            word = "unsupported" if isinstance(error, Unsupported) else None
            run = ClientRun(claim(word, None, str(error)), exit_code=None, started=False)
            visits = [ObservedVisit(expect, run) for expect in words]
        finally:
            last = talk.end(visits[-1].client if visits else None) if talk else None
        return [*visits[:-1], replace(visits[-1], client=last)] if last else visits

    def _visit(self, testbed: Testbed, number: int, expect: str) -> ObservedVisit:
        try:
            setup = self._setup
            brief = self._brief(testbed, number, setup.canaries[number])
            if self._driver:
                run = self._driver.visit(setup.case, number, brief, testbed)
            else:
                command = self._command(brief, number)
                others = [witness.child for witness in testbed.witnesses]
                run = run_client(command, setup.adapter, setup.settings.timeout_s, others)
        except Unsupported as error:
            return ObservedVisit(
                expect, ClientRun(claim("unsupported", None, str(error)), exit_code=None, started=False)
            )
        settled = all(
            [witness.settle([other.child for other in testbed.witnesses]) for witness in testbed.witnesses]
        )
        return ObservedVisit(expect, run, (testbed.mark(),), settled)
