"""A finished rehearsal in the words of an answer: entries, counts and findings. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from pinlab.rotation.answer.rehearsal_entry import CellEntry, ControlEntry, Measured, RehearsalEntry
from pinlab.rotation.lint.finding import Finding
from pinlab.rotation.model.predictions import Prediction
from pinlab.rotation.plan.moments import in_days
from pinlab.rotation.rehearse.findings import findings_of
from pinlab.rotation.rehearse.rehearsal import Control, MeasuredCell, Rehearsal

_MEASURED: dict[Prediction | None, Measured] = {
    Prediction.ACCEPTED_PINNED: "A",
    Prediction.ACCEPTED_UNPINNED: "F",
    Prediction.PIN_REFUSED: "P",
    Prediction.PKI_REFUSED: "X",
    None: "NOT_REHEARSED",
}


@dataclass(frozen=True)
class Rehearsed:
    """What an answer takes up of a rehearsal."""

    entry: RehearsalEntry
    findings: tuple[Finding, ...]
    transcripts: tuple[str, ...] = ()


def rehearsed(rehearsal: Rehearsal) -> Rehearsed:
    """Give a rehearsal as an answer has it."""
    entry = RehearsalEntry(
        client=rehearsal.client,
        clock="reissued",
        connections=rehearsal.connections,
        cells=tuple(map(_cell, rehearsal.cells)),
        controls=tuple(map(_control, rehearsal.controls)),
    )
    return Rehearsed(entry, findings_of(rehearsal), rehearsal.transcripts)


def _cell(item: MeasuredCell) -> CellEntry:
    cell = item.cell
    return CellEntry(
        app=cell.app,
        stack=cell.stack,
        state=cell.state,
        node=cell.node,
        certificate=cell.certificate,
        variant=cell.variant,
        branch=item.branch,
        at=in_days(cell.probe),
        predicted=cell.verdict.value,
        why=cell.why.value,
        measured=_MEASURED[item.measured],
        agrees=item.agrees,
        note=item.note,
    )


def _control(control: Control) -> ControlEntry:
    return ControlEntry(
        apps=control.apps,
        shows=control.shows,
        must_refuse=control.must_refuse,
        end=control.reading.end,
        cause=control.reading.cause,
    )
