"""Requests of a test run, one after the other: settings first, then one case for each request.

It puts the pieces of every other run together and judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pinlab.catalogue.loader import Catalogue, with_entry
from pinlab.catalogue.registry import known_flaws, known_kinds
from pinlab.clients import hosts_file
from pinlab.clients.api import Adapter
from pinlab.core.error_text import explained
from pinlab.core.errors import FileError, did_you_mean
from pinlab.runner.case_result import run_case, why_not_run
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.cases import Case
from pinlab.runner.external_client import Abandoned
from pinlab.runner.load_catalogue import catalogue_of
from pinlab.runner.run_dir import run_folder
from pinlab.runner.settings import Settings
from pinlab.testing.external_client import FunctionAdapter, Lines, PytestDriver, say


class Alone(CaseRunner):
    """A case runner that runs no controls: a test that makes one visit by hand sees evidence, and no proof."""

    def controls(self, case: Case) -> list[Case]:
        """None."""
        return []


def serve() -> None:
    """Answer until stdin ends."""
    lines = Lines()
    opening = lines.next()
    if opening is None:
        return
    with run_folder() as folder:
        try:
            server = LabServer(Settings(run_folder=str(folder), **opening), lines)
        except Exception as error:
            say({"told": "error", "text": explained(error)})
            return
        say({"told": "ready"})
        while request := lines.next():
            if "client" not in request:  # the claim of a visit that has timed out
                continue
            try:
                server.answer(request)
            except Abandoned:
                return
            except Exception as error:
                say({"told": "error", "text": explained(error)})


class LabServer:
    """What all requests share: the settings, and a catalogue for each file of the user's."""

    def __init__(self, settings: Settings, lines: Lines) -> None:
        """FileError, ToolError: nothing can be run here."""
        self._settings, self._lines = settings, lines
        self._catalogues: dict[str | None, Catalogue] = {}
        self._count = 0
        self._catalogue(None)

    def answer(self, request: Mapping[str, Any]) -> None:
        """Run one case; say what came of it."""
        self._count += 1
        catalogue = self._catalogue(request.get("own"))
        scenario = request["scenario"]
        if request.get("entry"):
            catalogue = with_entry(
                catalogue, scenario, request["entry"], request["file"], known_kinds(), known_flaws()
            )
        case_runner = self._case_runner(request, catalogue)
        case = self._case(case_runner, scenario, request.get("tls"))
        result = run_case(case_runner, case)
        ran = why_not_run(case_runner, case)[1] is None
        visits = case_runner.evidence(case).visits if ran else ()
        seen = [line.to_json() for visit in visits for line in visit.observations]
        say(
            {
                "told": "result",
                "result": result.to_json(),
                "transcript": result.transcript,
                "observations": seen,
            }
        )

    def _catalogue(self, own: str | None) -> Catalogue:
        if own not in self._catalogues:
            settings = replace(self._settings, own=(own,) if own else ())
            self._catalogues[own] = catalogue_of(settings, known_kinds(), known_flaws())
        return self._catalogues[own]

    def _case_runner(self, request: Mapping[str, Any], catalogue: Catalogue) -> CaseRunner:
        client = request["client"]
        settings = replace(
            self._settings,
            client=client.get("name", client.get("function", "reference")),
            command=client.get("template"),
            env=tuple(client.get("env", ())),
            pass_env=tuple(client.get("pass_env", ())),
            via=request.get("via"),
            again=request["again"],
        )
        kind = CaseRunner if request.get("twins", True) else Alone
        if "function" in client:
            own = FunctionAdapter(client["function"], f"call {self._count}", settings.world is not None)
            driver = PytestDriver(self._lines, settings.timeout_s)
            return kind(replace(settings, via=settings.via_for(own)), catalogue, own, driver)
        adapter = settings.adapter()
        adapter.version()  # AdapterError: it is not installed
        return kind(replace(settings, **self._via(settings, adapter)), catalogue, adapter)

    def _via(self, settings: Settings, adapter: Adapter) -> dict[str, Any]:
        chosen = settings.via or adapter.vias[0]
        isolation = hosts_file.available() if chosen == "hosts" else None
        return {"isolation": isolation, "via": replace(settings, isolation=isolation).via_for(adapter)}

    def _case(self, case_runner: CaseRunner, scenario: str, tls: str | None) -> Case:
        case_runner.catalogue.scenario(scenario)
        chosen = CaseRunner(
            replace(case_runner.settings, selected=(scenario,)),
            case_runner.catalogue,
            case_runner.adapter,
            case_runner.driver,
        )
        found = {case.tls: case for case in chosen.cases()}
        expected = tls or list(found)[-1]
        if expected not in found:
            raise FileError(f"{scenario} is not made for TLS {expected}{did_you_mean(expected, found)}")
        return found[expected]
