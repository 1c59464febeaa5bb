"""The rehearsal: every distinct cell of a plan by a real TLS connection, held against the model.

It runs nothing twice that a client cannot tell apart, and it passes nothing that it could not run: such cells
are NOT_REHEARSED with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pinlab.rotation.model.chain_building import chains_of
from pinlab.rotation.model.pin_match import is_pinned
from pinlab.rotation.model.predict import Cell, Forecast
from pinlab.rotation.model.predictions import Prediction
from pinlab.rotation.plan.model import Plan
from pinlab.rotation.rehearse.case_runner import RehearsalTask
from pinlab.rotation.rehearse.cast import SubstituteKeys
from pinlab.rotation.rehearse.cell_text import place_of
from pinlab.rotation.rehearse.cells import RequiredCell, required_cells
from pinlab.rotation.rehearse.controls import PinGuard, controls_of, in_force
from pinlab.rotation.rehearse.exposures import Exposure, NotDriven, exposure_for
from pinlab.rotation.rehearse.names import ATTACKER, SubstituteNames
from pinlab.rotation.rehearse.pool import run_tasks
from pinlab.rotation.rehearse.readings import End, Reading
from pinlab.runner.settings import Settings

_ENDS: dict[Prediction, End | None] = {
    Prediction.ACCEPTED_PINNED: "accepted",
    Prediction.ACCEPTED_UNPINNED: "accepted",
    Prediction.PIN_REFUSED: "pin",
    Prediction.PKI_REFUSED: "pkix",
    Prediction.UNKNOWN: None,
}
Started = Callable[[int], Callable[[int], None]]
"""Is called with the number of connections; returns a function to call with how many more are done."""


@dataclass(frozen=True)
class MeasuredCell:
    """A cell with what was measured of it."""

    cell: Cell
    branch: str
    """"", or the branch without which no one meets it."""
    measured: Prediction | None
    """None: NOT_REHEARSED."""
    note: str
    """What was seen, or why it was not rehearsed."""
    agrees: bool
    """Whether the model predicted it; a black box agrees with whatever it does."""


@dataclass(frozen=True)
class Control:
    """A negative control: which releases it is for, what it shows, and how it ended."""

    apps: tuple[str, ...]
    shows: str
    must_refuse: bool
    """False where the model says that nothing is pinned, or does not know."""
    reading: Reading


@dataclass(frozen=True)
class Rehearsal:
    """What a rehearsal came to."""

    client: str
    cells: tuple[MeasuredCell, ...]
    controls: tuple[Control, ...]
    connections: int
    transcripts: tuple[str, ...]
    """What was seen where something did not end as predicted."""


class _Script:
    """What is to be run for the cells that are wanted."""

    def __init__(self, cells: tuple[RequiredCell, ...], names: SubstituteNames) -> None:
        self.exposures: dict[int, Exposure] = {}
        """By number of the cell; cells that no client can tell apart have the same."""
        self.refused: dict[int, str] = {}
        """Why the others cannot be run."""
        self.controls: dict[PinGuard, dict[str, Exposure]] = {}
        self.first: dict[Exposure, RequiredCell] = {}
        """The cell that a connection was first wanted for."""
        known: dict[Exposure, Exposure] = {}
        for number, cell in enumerate(cells):
            try:
                exposure = exposure_for(cell.plan, cell.cell, names)
            except NotDriven as why:
                self.refused[number] = str(why)
                continue
            exposure = self.exposures[number] = known.setdefault(exposure.content, exposure)
            self.first.setdefault(exposure, cell)
            guard = PinGuard.of(exposure)
            if guard not in self.controls:
                self.controls[guard] = controls_of(guard, _store(exposure))

    def outlook(self, exposure: Exposure) -> tuple[str, End | None]:
        """Give what a connection is about, and how it should end."""
        if exposure.forged:
            guard = PinGuard.of(exposure)
            return "negative control", "pin" if guard.pins is not None and not guard.black_box else None
        cell, branch = self.first[exposure].cell, self.first[exposure].branch
        return f"{cell.app}: {place_of(cell, branch)}", _ENDS[cell.verdict]

    @property
    def all_exposures(self) -> list[Exposure]:
        """Give every connection once."""
        return list(dict.fromkeys([*self.exposures.values(), *self.forgeries]))

    @property
    def forgeries(self) -> tuple[Exposure, ...]:
        """Give the negative controls."""
        return tuple(forged for made in self.controls.values() for forged in made.values())


def rehearse_plan(prediction: Forecast, settings: Settings, client: str, started: Started) -> Rehearsal:
    """Run every distinct cell and the negative controls. Raises AdapterError, MintError, ToolError."""
    plan, cells = prediction.plan, required_cells(prediction)
    names = SubstituteNames(plan)
    script = _Script(cells, names)
    exposures = script.all_exposures
    substitutes = SubstituteKeys(plan, names, exposures)
    tasks = [
        RehearsalTask(
            exposure,
            substitutes.identity(exposure),
            tuple(map(substitutes.root, exposure.trust)),
            *script.outlook(exposure),
        )
        for exposure in exposures
    ]
    found = run_tasks(settings, substitutes.cast(), tasks, started(len(tasks)))
    readings = {task.exposure: reading for task, reading in found.items()}
    measured = tuple(_all_measured(cells, script, readings))
    controls = tuple(_controls(cells, script, readings))
    wrong = [exposure for number, exposure in script.exposures.items() if not measured[number].agrees]
    text = (readings[exposure].transcript for exposure in (*wrong, *script.forgeries))
    return Rehearsal(client, measured, controls, len(tasks), tuple(filter(None, dict.fromkeys(text))))


def _store(exposure: Exposure) -> tuple[str, ...]:
    own = exposure.pins is None and ATTACKER not in exposure.trust
    return exposure.trust if own else tuple(dict.fromkeys((*exposure.trust, ATTACKER)))


def _all_measured(
    cells: tuple[RequiredCell, ...], script: _Script, readings: Mapping[Exposure, Reading]
) -> Iterator[MeasuredCell]:
    forces = {
        guard: in_force(guard, [readings[forged] for forged in made.values()])
        for guard, made in script.controls.items()
    }
    for number, cell in enumerate(cells):
        exposure = script.exposures.get(number)
        if exposure is None:
            yield MeasuredCell(cell.cell, cell.branch, None, script.refused[number], False)
        else:
            verdict, note = _verdict(readings[exposure], *forces[PinGuard.of(exposure)])
            yield MeasuredCell(cell.cell, cell.branch, verdict, note, _agrees(cell.plan, cell.cell, verdict))


def _verdict(reading: Reading, is_in_force: bool | None, why: str) -> tuple[Prediction | None, str]:
    """Weigh a reading: an accepted cell was pinned only if the attacker was refused."""
    if reading.end == "pin":
        return Prediction.PIN_REFUSED, reading.cause
    if reading.end == "pkix":
        return Prediction.PKI_REFUSED, reading.cause
    if reading.end != "accepted":
        return None, reading.cause
    if is_in_force is None:
        return None, f"accepted, but whether its pins are in force is not known: {why}"
    if is_in_force:
        return Prediction.ACCEPTED_PINNED, f"{reading.cause}; the negative controls were refused"
    return Prediction.ACCEPTED_UNPINNED, f"{reading.cause}; so was a negative control"


def _agrees(plan: Plan, cell: Cell, measured: Prediction | None) -> bool:
    """Compare; of a chain that is both invalid and not pinned, either may be reported first."""
    if measured is None or measured is cell.verdict or cell.verdict is Prediction.UNKNOWN:
        return measured is not None
    if (cell.verdict, measured) != (Prediction.PKI_REFUSED, Prediction.PIN_REFUSED):
        return False
    chain = next(chain for chain in chains_of(plan, cell.certificate) if chain.variant == cell.variant)
    return not is_pinned(plan, cell.population.pins, chain)


def _controls(
    cells: tuple[RequiredCell, ...], script: _Script, readings: Mapping[Exposure, Reading]
) -> Iterator[Control]:
    apps: dict[PinGuard, list[str]] = {}
    for number, exposure in script.exposures.items():
        apps.setdefault(PinGuard.of(exposure), []).append(cells[number].cell.app)
    for guard, made in script.controls.items():
        for shows, forged in made.items():
            yield Control(tuple(dict.fromkeys(apps[guard])), shows, guard.is_expected, readings[forged])
