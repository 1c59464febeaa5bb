"""The rehearsal: real connections for each cell, held against the model; flawed clients."""

from __future__ import annotations

from functools import cache

import pytest
from pinlab.rotation.answer import Answer, answer
from pinlab.rotation.performance import performer
from pinlab.rotation.plan import Plan
from tests.rehearsed import plan

REFERENCE = "reference"


def rehearsed(what: Plan, client: str = REFERENCE) -> Answer:
    """Rehearse a plan without its branches, which play no part in it."""
    alone = what.model_copy(update={"branches": ()})
    return answer(alone, "full", performer(client, None, None))[0]


@cache
def performed(name: str, client: str = REFERENCE) -> Answer:
    return rehearsed(plan(name), client)


def rules(made: Answer) -> set[str]:
    return {one.rule for one in made.findings}


def test_s04_agrees_with_the_model_cell_by_cell() -> None:
    made = performed("S04")
    assert made.rehearsal is not None
    got = {(one.app, one.certificate): (one.predicted, one.measured) for one in made.rehearsal.cells}
    assert got == {
        ("1.0", "c1"): ("A", "A"),
        ("1.1", "c1"): ("A", "A"),
        ("1.0", "c2"): ("P", "P"),
        ("1.1", "c2"): ("A", "A"),
    }
    assert (made.cells.measured, made.cells.differing, made.cells.not_rehearsed) == (4, 0, 0)
    assert rules(made).isdisjoint({"ROT090", "ROT091", "ROT092"})


def test_every_release_has_controls_that_were_refused() -> None:
    run = performed("S04").rehearsal
    assert run is not None
    assert {app for one in run.controls for app in one.apps} == {"1.0", "1.1"}
    assert {(one.must_refuse, one.end) for one in run.controls} == {(True, "pin")}


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [
        ("S08", {"X"}),  # an expired certificate on a forgotten node
        ("S25", {"X"}),  # not yet valid by a slow clock
        ("S12", {"P"}),  # another intermediate of the pool
        ("S15", {"X"}),  # a root that clients no longer trust
        ("S39", {"P"}),  # another provider under the same rule
    ],
)
def test_locked_out_cells_are_measured(name: str, verdicts: set[str]) -> None:
    made = performed(name)
    assert made.rehearsal is not None
    assert {one.measured for one in made.rehearsal.cells} == {"A"} | verdicts
    assert made.cells.differing == made.cells.not_rehearsed == 0


def test_a_client_that_does_not_pin_fails() -> None:
    made = performed("S04", "flawed:no_pin_check")
    assert rules(made) >= {"ROT090", "ROT091"}
    assert made.exit_status == 1
    assert made.rehearsal is not None
    assert {one.measured for one in made.rehearsal.cells} == {"F"}


def test_a_client_that_pins_on_the_presented_list_fails() -> None:
    made = performed("S04", "flawed:pin_on_presented")
    assert "ROT091" in rules(made)
    assert made.rehearsal is not None
    ends = {one.shows: one.end for one in made.rehearsal.controls}
    assert sorted(ends.values()) == ["accepted", "pin"], "only the smuggled certificates deceive it"


def test_a_client_without_ca_pins_differs() -> None:
    made = performed("S12", "flawed:leaf_only")
    assert "ROT090" in rules(made)
    assert "ROT091" not in rules(made)
    assert made.exit_status == 1


def test_a_client_without_pins_fails() -> None:
    assert "ROT091" in rules(performed("S04", "openssl_cli"))
