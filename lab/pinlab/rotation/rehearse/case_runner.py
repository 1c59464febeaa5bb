"""Runs the connections of a rehearsal on the lab's own case runner: the same witnesses, adapters and judge.

A `Stage` is what a worker process needs for all of them; an exposure becomes an ordinary case.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from pinlab.catalogue.loader import Catalogue
from pinlab.catalogue.scenario import Scenario
from pinlab.catalogue.steps import PresentStep
from pinlab.clients.hosts_file import available
from pinlab.core.text import printable
from pinlab.judge.judge import judge
from pinlab.judge.transcript import Subject, render
from pinlab.pki.cast import Cast
from pinlab.pki.pins import PinRef, RawPin
from pinlab.rotation.rehearse.exposures import Exposure
from pinlab.rotation.rehearse.readings import End, Reading, distinguished, read
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.cases import Case
from pinlab.runner.settings import Settings


@dataclass(frozen=True)
class RehearsalTask:
    """An exposure in names of the world, small enough to travel to a worker."""

    exposure: Exposure
    identity: str
    trust: tuple[str, ...]
    title: str
    """What it is, for its transcript."""
    expected: End | None
    """How it should end; None: no one knows. Another end gets a transcript."""


@dataclass(frozen=True)
class _RehearsalCase(Case):
    """A case in the one world of a rehearsal, whose address is computed once and not for each case."""

    world_address: str = ""

    @cached_property
    def cast(self) -> Cast:
        """The cast of the whole rehearsal: no case deviates from it."""
        return self.base_cast

    @cached_property
    def world_digest(self) -> str:
        """The address of the world as it was handed in."""
        return self.world_address


class RehearsalRunner:
    """What one process needs to run connections, for each client that plays in the plan."""

    def __init__(self, settings: Settings, cast: Cast) -> None:
        self._settings, self._cast = settings, cast
        self._case_runners: dict[str | None, CaseRunner] = {}

    def case_runner(self, client: str | None) -> CaseRunner:
        """Give the case runner of a client. AdapterError: there is no such client, or it cannot be led."""
        if client not in self._case_runners:
            own = self._settings if client is None else replace(self._settings, client=client, command=None)
            adapter = own.adapter()
            if own.isolation is None and (own.via or adapter.vias[0]) == "hosts":
                own = replace(own, isolation=available())
            chosen = replace(own, via=own.via_for(adapter))
            self._case_runners[client] = CaseRunner(chosen, Catalogue({}, {}, self._cast), adapter)
        return self._case_runners[client]

    def run(self, task: RehearsalTask) -> Reading:
        """Make the connection, and its control where need be; what is not as expected gets its transcript."""
        reading = self._run(task)
        if task.expected in (None, reading.end):
            return reading
        return replace(reading, transcript=self._transcript(task, reading))

    def _transcript(self, task: RehearsalTask, reading: Reading) -> str:
        """Tell what the witnesses saw; the headline is ours, for the judge was asked another question."""
        case_runner, case = self.case_runner(task.exposure.client), self._case(task, task.exposure.pins)
        subject = Subject(
            task.title,
            case_runner.adapter.name,
            pinned=tuple(case_runner.world(case).pins(case.pins) or ()),
            secrets=tuple(case_runner.canaries(case)),
        )
        evidence = case_runner.evidence(case)
        _, _, judgement = render(subject, evidence, judge(case.expectation, evidence)).partition("\n")
        ends = f"predicted {task.expected}, got {reading.end}"
        return f"{printable(task.title)} [{case_runner.adapter.name}]   {ends}\n{judgement}"

    def _run(self, task: RehearsalTask) -> Reading:
        adapter = self.case_runner(task.exposure.client).adapter
        cannot = adapter.lacks.get("ca_pins")
        if cannot and any(pin in self._cast.authorities for pin in task.exposure.pins or ()):
            return Reading("unclear", cannot)
        reading = self._read(self._case(task, task.exposure.pins), task)
        if reading.end != "refused":
            return reading
        if adapter.pins == "fixed" or task.exposure.black_box:
            end: End = "pin" if task.exposure.is_valid else "pkix"
            return Reading(end, f"{reading.cause}; distinguished by the chain, which is or is not valid")
        if task.exposure.pins is None or adapter.pins == "none":
            return Reading("pkix", reading.cause)
        return distinguished(reading, self._read(self._case(task, (task.exposure.shown.key,)), task))

    def _read(self, case: Case, task: RehearsalTask) -> Reading:
        evidence = self.case_runner(task.exposure.client).evidence(case)
        return read(judge(case.expectation, evidence), forged=task.exposure.forged)

    def _case(self, task: RehearsalTask, pins: tuple[str, ...] | None) -> Case:
        case_runner = self.case_runner(task.exposure.client)
        scenario = Scenario(
            id="rehearsal/cell",
            file="the plan",
            doc="A cell of a rotation plan: a client meets a substitute certificate at a virtual time.",
            expect="SERVED",
            host=task.exposure.host,
            trust=task.trust,
            pins=None if pins is None else tuple(map(_pin, pins)),
            present=(PresentStep(identity=task.identity),),
        )
        settings = case_runner.settings
        return _RehearsalCase(
            scenario,
            self._cast,
            "1.3",
            str(settings.via),
            case_runner.adapter.identity(),
            lasting_world=settings.world,
            world_address="rehearsal",
        )


def _pin(name: str) -> PinRef:
    return RawPin(raw=name) if name.startswith("sha256/") else name
