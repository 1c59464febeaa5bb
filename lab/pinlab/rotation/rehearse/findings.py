"""Findings of a rehearsal: where the model and the client differ, who does not pin, what was not run."""

from __future__ import annotations

from collections.abc import Iterator

from pinlab.rotation.lint.finding import Finding
from pinlab.rotation.lint.rules.rehearsal import (
    CELL_NOT_REHEARSED,
    MODEL_AND_MEASUREMENT_DIFFER,
    NEGATIVE_CONTROL_PASSED,
)
from pinlab.rotation.model.predictions import Prediction
from pinlab.rotation.rehearse.cell_text import place_of
from pinlab.rotation.rehearse.rehearsal import MeasuredCell, Rehearsal

MEANING = {
    Prediction.ACCEPTED_PINNED: "accepted with pins in force",
    Prediction.ACCEPTED_UNPINNED: "accepted without a pin in force",
    Prediction.PIN_REFUSED: "refused by the pin",
    Prediction.PKI_REFUSED: "refused by ordinary validation",
}


def findings_of(rehearsal: Rehearsal) -> tuple[Finding, ...]:
    """Give every finding of a rehearsal."""
    return (*_passed(rehearsal), *_differing(rehearsal), *_not_rehearsed(rehearsal))


def _passed(rehearsal: Rehearsal) -> Iterator[Finding]:
    met: dict[str, list[str]] = {}
    for control in rehearsal.controls:
        if control.must_refuse and control.reading.end == "accepted":
            for app in control.apps:
                met.setdefault(app, []).append(control.shows)
    for app, shows in met.items():
        attacks = "; and with ".join(dict.fromkeys(shows))
        yield NEGATIVE_CONTROL_PASSED.finding(
            f"app {app}",
            f"the client that plays {app} accepted an attacker with {attacks}",
            "fix the client's pinning; until then no cell of this release proves anything",
        )


def _differing(rehearsal: Rehearsal) -> Iterator[Finding]:
    """A for F is reported by ROT091 already, once for each release."""
    for cell in rehearsal.cells:
        if cell.measured is None or (cell.cell.verdict, cell.measured) == (
            Prediction.ACCEPTED_PINNED,
            Prediction.ACCEPTED_UNPINNED,
        ):
            continue
        where, place, was = f"app {cell.cell.app}", place_of(cell.cell, cell.branch), MEANING[cell.measured]
        if not cell.agrees:
            yield MODEL_AND_MEASUREMENT_DIFFER.finding(
                where,
                f"{place} should be {MEANING[cell.cell.verdict]} ({cell.cell.why}); it was {was}",
                "correct the pins or their mode in the plan, or the client",
            )
        elif cell.cell.verdict is Prediction.UNKNOWN and cell.measured is not Prediction.ACCEPTED_PINNED:
            yield MODEL_AND_MEASUREMENT_DIFFER.finding(
                where,
                f"{place} was {was}, and no figure counts it: the release is a black box",
                "serve what it accepts, or write its pins and their mode in the plan",
            )


def _not_rehearsed(rehearsal: Rehearsal) -> Iterator[Finding]:
    groups: dict[tuple[str, str], list[MeasuredCell]] = {}
    for cell in rehearsal.cells:
        if cell.measured is None:
            groups.setdefault((cell.cell.app, cell.note), []).append(cell)
    for (app, note), members in groups.items():
        places = ", ".join(dict.fromkeys(place_of(member.cell, member.branch) for member in members[:3]))
        more = f" and {len(members) - 3} more" if len(members) > 3 else ""
        yield CELL_NOT_REHEARSED.finding(
            f"app {app}",
            f"{places}{more}: {note}",
            "measure it on a device or in staging, or change the plan",
        )
