"""The answer to a plan: figures, findings, safe dates and the gate. Its JSON is a published contract.

It decides the exit status and prints nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from pinlab.core.enums import ExitStatus
from pinlab.core.models import Strict
from pinlab.rotation.answer.rehearsal_entry import RehearsalEntry
from pinlab.rotation.lint.finding import SEVERITIES, Finding, Severity
from pinlab.rotation.lint.linter import gravest_first, lint
from pinlab.rotation.model.branches import branched
from pinlab.rotation.model.earliest import SafeDate, earliest_safe
from pinlab.rotation.model.figures import Figures
from pinlab.rotation.model.predict import Forecast, distinct_cells, predict
from pinlab.rotation.model.predictions import Prediction
from pinlab.rotation.model.rotation_model import RotationModel
from pinlab.rotation.plan.model import Plan
from pinlab.rotation.plan.moments import format_date, in_days

if TYPE_CHECKING:
    from pinlab.rotation.rehearse.summary import Rehearsed

SCHEMA: Literal["pinlab.rehearsal/1"] = "pinlab.rehearsal/1"
Stage = Literal["lint", "model", "full"]


class FiguresEntry(Strict):
    """Figures over the window; shares are fractions, times days from t0."""

    window: tuple[float, float]
    peak_locked_out: float
    fleet_days: float
    days_over_0_1_percent: float
    unpinned_fleet_days: float
    peak_at: float | None
    remainder: float
    """The share that is still locked out when the window ends."""


class FindingEntry(Strict):
    """One finding."""

    rule: str
    severity: Severity
    message: str
    fix: str
    name: str
    where: str


class CellCounts(Strict):
    """How many distinct cells there are, and what became of them."""

    predicted: int
    measured: int
    differing: int
    not_rehearsed: int


class SafeDateEntry(Strict):
    """One step; `earliest` is null where no date is safe. Days from t0, and dates."""

    step: str
    planned: float
    earliest: float | None
    planned_date: str
    earliest_date: str | None
    safe: bool
    needs: str


class BranchEntry(Strict):
    """What a branch comes to."""

    branch: str
    figures: FiguresEntry


class GateEntry(Strict):
    """Whether the plan passes, and what it fails by."""

    passed: bool
    failed: tuple[str, ...]


class RehearsalAnswer(Strict):
    """What `pinlab rehearse` says of a plan."""

    schema_name: Literal["pinlab.rehearsal/1"]
    plan: str
    t0: str
    stage: Stage
    figures: FiguresEntry
    findings: tuple[FindingEntry, ...]
    cells: CellCounts
    earliest_safe: tuple[SafeDateEntry, ...]
    branches: tuple[BranchEntry, ...]
    gate: GateEntry
    rehearsal: RehearsalEntry | None
    """What `--full` measured; null for the other stages."""
    exit_status: int


def answer(
    plan: Plan, stage: Stage = "model", rehearse: Callable[[Forecast], Rehearsed] | None = None
) -> tuple[RehearsalAnswer, Forecast]:
    """Answer a plan by linter and model, and by a rehearsal where `rehearse` makes one.

    The prediction is for anyone who draws it.
    """
    model = RotationModel(plan)
    prediction = model.prediction
    measured = rehearse(prediction) if rehearse else None
    findings = gravest_first((*lint(model), *(measured.findings if measured else ())))
    failed = over_the_gate(plan, prediction.figures, findings, stage)
    cells = _counts(prediction, measured)
    made = RehearsalAnswer(
        schema_name=SCHEMA,
        plan=plan.name,
        t0=plan.t0.isoformat(),
        stage=stage,
        figures=figures_entry(prediction.figures),
        findings=tuple(map(finding_entry, findings)),
        cells=cells,
        earliest_safe=tuple(safe_entry(plan, safe_date) for safe_date in earliest_safe(model)),
        branches=tuple(_branches(plan)),
        gate=GateEntry(passed=not failed, failed=failed),
        rehearsal=measured.entry if measured else None,
        exit_status=int(_status(failed, prediction, stage, measured)),
    )
    return made, prediction


def _counts(prediction: Forecast, measured: Rehearsed | None) -> CellCounts:
    """A rehearsal counts the cells of branches, too."""
    if measured is None:
        cells = distinct_cells(prediction)
        predicted = sum(cell.verdict is not Prediction.UNKNOWN for cell in cells)
        return CellCounts(predicted=predicted, measured=0, differing=0, not_rehearsed=len(cells))
    entries = measured.entry.cells
    run = [entry for entry in entries if entry.measured != "NOT_REHEARSED"]
    return CellCounts(
        predicted=sum(entry.predicted != "?" for entry in entries),
        measured=len(run),
        differing=sum(not cell.agrees for cell in run),
        not_rehearsed=len(entries) - len(run),
    )


def _status(
    failed: tuple[str, ...], prediction: Forecast, stage: Stage, measured: Rehearsed | None
) -> ExitStatus:
    """What is not rehearsed never passes: a black box without `--full`, and any cell with it."""
    if failed:
        return ExitStatus.NOT_AS_EXPECTED
    if measured:
        missing = any(cell.measured == "NOT_REHEARSED" for cell in measured.entry.cells)
    else:
        missing = prediction.figures.unknown_fleet_days > 0 and stage != "lint"
    return ExitStatus.INCONCLUSIVE if missing else ExitStatus.OK


def over_the_gate(
    plan: Plan, figures: Figures, findings: tuple[Finding, ...], stage: Stage = "model"
) -> tuple[str, ...]:
    """Give a clause for each limit that is broken; `lint` counts findings only."""
    gate = plan.gate
    grave = SEVERITIES[: SEVERITIES.index(gate.fail_on) + 1]
    failed = [
        f"{number} finding{'s' * (number != 1)} of severity {severity}"
        for severity in grave
        if (number := sum(finding.severity == severity for finding in findings))
    ]
    if stage != "lint":
        limits = (
            ("locked out at the peak", figures.peak_locked_out, gate.max_locked_out),
            ("fleet-days locked out", figures.fleet_days, gate.max_fleet_days),
            ("fleet-days unpinned", figures.unpinned_fleet_days, gate.max_unpinned_fleet_days),
        )
        failed += [
            f"{what}: {got:.4g}, at most {most:.4g}" for what, got, most in limits if got > most + 1e-9
        ]
    return tuple(failed)


def as_json(made: RehearsalAnswer) -> str:
    """Write an answer as the contract has it."""
    import json

    document = made.model_dump(mode="json")
    return (
        json.dumps({"schema": document.pop("schema_name"), **document}, indent=2, ensure_ascii=False) + "\n"
    )


def answer_schema() -> dict[str, object]:
    """Give the JSON Schema of an answer."""
    schema = RehearsalAnswer.model_json_schema()
    schema["properties"] = {"schema": schema["properties"].pop("schema_name"), **schema["properties"]}
    schema["required"] = ["schema", *(name for name in schema["required"] if name != "schema_name")]
    return schema


def figures_entry(figures: Figures) -> FiguresEntry:
    """Give figures as the contract has them."""
    return FiguresEntry(**{name: getattr(figures, name) for name in FiguresEntry.model_fields})


def finding_entry(finding: Finding) -> FindingEntry:
    """Give a finding as the contract has it."""
    return FindingEntry(**{name: getattr(finding, name) for name in FindingEntry.model_fields})


def safe_entry(plan: Plan, safe_date: SafeDate) -> SafeDateEntry:
    """Give a step as the contract has it."""
    return SafeDateEntry(
        step=safe_date.step,
        planned=in_days(safe_date.planned),
        earliest=None if safe_date.earliest is None else in_days(safe_date.earliest),
        planned_date=format_date(plan.t0, safe_date.planned),
        earliest_date=None if safe_date.earliest is None else format_date(plan.t0, safe_date.earliest),
        safe=safe_date.is_safe,
        needs=safe_date.needs,
    )


def _branches(plan: Plan) -> list[BranchEntry]:
    return [
        BranchEntry(branch=branch.label, figures=figures_entry(predict(branched(plan, branch)).figures))
        for branch in plan.branches
    ]
