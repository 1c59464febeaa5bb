"""Findings of a rehearsal: where the model and the client differ, who does not pin, what was not run."""

from __future__ import annotations

from collections.abc import Iterator

from pinlab.rotation.lint.finding import Finding
from pinlab.rotation.lint.rules.rehearsal import (
    CELL_NOT_REHEARSED,
    MODEL_AND_MEASUREMENT_DIFFER,
    NEGATIVE_CONTROL_PASSED,
)
from pinlab.rotation.model.verdicts import Verdict
from pinlab.rotation.rehearse.cell_text import place_of
from pinlab.rotation.rehearse.rehearsal import MeasuredCell, Rehearsal

MEANING = {
    Verdict.A: "accepted with pins in force",
    Verdict.F: "accepted without a pin in force",
    Verdict.P: "refused by the pin",
    Verdict.X: "refused by ordinary validation",
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
    """A for F is told by ROT091 already, once for each release."""
    for one in rehearsal.cells:
        if one.measured is None or (one.cell.verdict, one.measured) == (Verdict.A, Verdict.F):
            continue
        where, place, was = f"app {one.cell.app}", place_of(one.cell, one.branch), MEANING[one.measured]
        if not one.agrees:
            yield MODEL_AND_MEASUREMENT_DIFFER.finding(
                where,
                f"{place} should be {MEANING[one.cell.verdict]} ({one.cell.why}); it was {was}",
                "correct the pins or their mode in the plan, or the client",
            )
        elif one.cell.verdict is Verdict.UNKNOWN and one.measured is not Verdict.A:
            yield MODEL_AND_MEASUREMENT_DIFFER.finding(
                where,
                f"{place} was {was}, and no figure counts it: the release is a black box",
                "serve what it accepts, or write its pins and their mode in the plan",
            )


def _not_rehearsed(rehearsal: Rehearsal) -> Iterator[Finding]:
    groups: dict[tuple[str, str], list[MeasuredCell]] = {}
    for one in rehearsal.cells:
        if one.measured is None:
            groups.setdefault((one.cell.app, one.note), []).append(one)
    for (app, note), members in groups.items():
        places = ", ".join(dict.fromkeys(place_of(one.cell, one.branch) for one in members[:3]))
        more = f" and {len(members) - 3} more" if len(members) > 3 else ""
        yield CELL_NOT_REHEARSED.finding(
            f"app {app}",
            f"{places}{more}: {note}",
            "measure it on a device or in staging, or change the plan",
        )
