"""The rehearsal: real connections for each cell, held against the model; flawed clients."""

from __future__ import annotations

from functools import cache

import pytest
from pinlab.rotation.answer import Answer, answer
from pinlab.rotation.performance import performer
from pinlab.rotation.plan import Plan
from tests.rehearsed import plan, varied

REFERENCE = "reference"


def rehearsed(what: Plan, client: str = REFERENCE) -> Answer:
    return answer(what, "full", performer(client, None, None))[0]


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
        ("S15", {"P"}),  # another CA than the pinned one
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


def test_a_root_that_clients_no_longer_trust_is_left_out_of_their_store() -> None:
    made = rehearsed(varied("S15", ("[issuers.Entrust]", '[issuers.Entrust]\ndistrusted = "T-2"')))
    assert made.rehearsal is not None
    cells = [one for one in made.rehearsal.cells if one.why == "ca_distrusted"]
    assert [one.measured for one in cells] == ["X", "X"]
    assert made.cells.differing == made.cells.not_rehearsed == 0


def test_a_trust_store_of_the_apps_own() -> None:
    pins = 'pins = { mode = "spki-any", set = ["Entrust"] }'
    made = rehearsed(varied("S15", (pins, 'pins = { mode = "root-store", set = ["Entrust"] }')))
    assert made.rehearsal is not None
    cells = {one.certificate: one.measured for one in made.rehearsal.cells if one.app == "1.0"}
    assert cells == {"c1": "A", "c2": "X"}
    assert made.cells.differing == 0


@pytest.mark.parametrize(
    ("name", "number", "word"),
    [
        ("S28", 2, "leaf and CA pins both"),
        ("S19", 2, "a date inside the client"),
        ("S09", 1, "no responder"),
        ("S35", 1, "must-staple"),
        ("S38", 1, "policy feed"),
    ],
)
def test_what_cannot_be_driven_is_not_rehearsed(name: str, number: int, word: str) -> None:
    made = performed(name)
    assert made.rehearsal is not None
    missing = [one for one in made.rehearsal.cells if one.measured == "NOT_REHEARSED"]
    assert len(missing) == made.cells.not_rehearsed == number
    assert all(word in one.note and not one.agrees for one in missing)
    assert "ROT092" in rules(made)


def test_not_rehearsed_never_passes() -> None:
    clean = plan("S01")
    assert performed("S01").exit_status == 0
    app = clean.apps[0]
    report_only = app.model_copy(update={"pins": app.pins.model_copy(update={"enforce": False})})
    made = rehearsed(clean.model_copy(update={"apps": (report_only, *clean.apps[1:])}))
    assert made.cells.not_rehearsed
    assert made.gate.passed
    assert made.exit_status == 3
