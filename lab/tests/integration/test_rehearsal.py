"""The rehearsal: real connections for each cell, held against the model; flawed clients."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from pinlab.rotation.answer.answer import RehearsalAnswer, answer
from pinlab.rotation.model.predict import distinct_cells, predict
from pinlab.rotation.plan.model import Plan
from pinlab.rotation.rehearse.case_runner import RehearsalTask
from pinlab.rotation.rehearse.cast import SubstituteKeys
from pinlab.rotation.rehearse.exposures import exposure_for
from pinlab.rotation.rehearse.findings import findings_of
from pinlab.rotation.rehearse.names import SubstituteNames
from pinlab.rotation.rehearse.pool import run_tasks
from pinlab.rotation.rehearse.rehearsal import Rehearsal, rehearse_plan
from pinlab.rotation.rehearse.run import performer
from pinlab.runner.options import RunOptions
from pinlab.runner.run_dir import run_folder
from pinlab.runner.settings import settings_of
from tests.support.rotation_plans import PLANS, plan, varied

REFERENCE = "reference"


def rehearsed(what: Plan, client: str = REFERENCE) -> RehearsalAnswer:
    return answer(what, "full", performer(client, None, None))[0]


def measured(what: Plan, client: str = REFERENCE) -> Rehearsal:
    """The rehearsal alone, without the linter."""
    with run_folder() as folder:
        settings = settings_of(RunOptions(client=client), folder)
        return rehearse_plan(predict(what), settings, client, lambda total: lambda more: None)


@cache
def performed(name: str, client: str = REFERENCE) -> RehearsalAnswer:
    return rehearsed(plan(name), client)


def rules(made: RehearsalAnswer) -> set[str]:
    return {finding.rule for finding in made.findings}


def test_s04_agrees_with_the_model_cell_by_cell() -> None:
    made = performed("S04")
    assert made.rehearsal is not None
    got = {(cell.app, cell.certificate): (cell.predicted, cell.measured) for cell in made.rehearsal.cells}
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
    assert {app for control in run.controls for app in control.apps} == {"1.0", "1.1"}
    assert {(control.must_refuse, control.end) for control in run.controls} == {(True, "pin")}


@pytest.mark.parametrize("name", PLANS)
def test_the_reference_client_agrees_with_the_model(name: str) -> None:
    run = measured(plan(name))
    assert [cell for cell in run.cells if cell.measured and not cell.agrees] == []
    assert {control.reading.end for control in run.controls if control.must_refuse} <= {"pin", "pkix"}


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
    cells = measured(plan(name)).cells
    assert {cell.measured for cell in cells} == {"A"} | verdicts


def test_what_only_a_branch_brings_is_measured_too() -> None:
    found = {(cell.cell.certificate, cell.branch): cell.measured for cell in measured(plan("S02")).cells}
    assert found == {("c1", ""): "A", ("c2", ""): "A", ("e2", "compromise K1"): "A"}


def test_a_client_that_does_not_pin_fails() -> None:
    made = performed("S04", "flawed:no_pin_check")
    assert rules(made) >= {"ROT090", "ROT091"}
    assert made.exit_status == 1
    assert made.rehearsal is not None
    assert {cell.measured for cell in made.rehearsal.cells} == {"F"}


def test_a_client_that_pins_on_the_presented_list_fails() -> None:
    made = performed("S04", "flawed:pin_on_presented")
    assert "ROT091" in rules(made)
    assert made.rehearsal is not None
    ends = {control.shows: control.end for control in made.rehearsal.controls}
    assert sorted(ends.values()) == ["accepted", "pin"], "only the smuggled certificates deceive it"


def test_a_wrong_prediction_gets_a_transcript() -> None:
    assert measured(plan("S04")).transcripts == ()
    transcripts = measured(plan("S04"), "flawed:no_pin_check").transcripts
    heads = [transcript.splitlines()[0] for transcript in transcripts]
    assert heads[0].startswith("1.0: c2 on all at T+48.5 [flawed:no_pin_check]")
    assert all(head.endswith("predicted pin, got accepted") for head in heads)
    assert "canary_seen" in transcripts[0]


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
    cells = [cell for cell in made.rehearsal.cells if cell.why == "ca_distrusted"]
    assert [cell.measured for cell in cells] == ["X", "X"]
    assert made.cells.differing == made.cells.not_rehearsed == 0


def test_a_trust_store_of_the_apps_own() -> None:
    pins = 'pins = { mode = "spki-any", set = ["Entrust"] }'
    made = rehearsed(varied("S15", (pins, 'pins = { mode = "root-store", set = ["Entrust"] }')))
    assert made.rehearsal is not None
    cells = {cell.certificate: cell.measured for cell in made.rehearsal.cells if cell.app == "1.0"}
    assert cells == {"c1": "A", "c2": "X"}
    assert made.cells.differing == 0


@pytest.mark.parametrize(
    ("name", "number", "word"),
    [
        ("S28", 2, "leaf and CA pins both"),
        ("S19", 3, "a date inside the client"),
        ("S09", 1, "no responder"),
        ("S35", 1, "must-staple"),
        ("S38", 1, "policy feed"),
    ],
)
def test_what_cannot_be_driven_is_not_rehearsed(name: str, number: int, word: str) -> None:
    run = measured(plan(name))
    missing = [cell for cell in run.cells if cell.measured is None]
    assert len(missing) == number
    assert all(word in cell.note and not cell.agrees for cell in missing)
    assert {finding.rule for finding in findings_of(run)} == {"ROT092"}


def test_not_rehearsed_never_passes() -> None:
    clean = plan("S01")
    assert performed("S01").exit_status == 0
    app = clean.apps[0]
    report_only = app.model_copy(update={"pins": app.pins.model_copy(update={"enforce": False})})
    made = rehearsed(clean.model_copy(update={"apps": (report_only, *clean.apps[1:])}))
    assert made.cells.not_rehearsed
    assert made.gate.passed
    assert made.exit_status == 3


def test_names_that_are_no_file_names() -> None:
    keys = (("[keys.K1]", '[keys."Schl\u00fcssel 1"]'), ('"K1"', '"Schl\u00fcssel 1"'))
    made = measured(varied("S04", *keys, ("[issuers.R1]", '[issuers."../R 1"]'), ('"R1"', '"../R 1"')))
    assert [cell.measured for cell in made.cells] == ["A", "A", "P", "A"]


def test_a_literal_pin_of_a_known_key_is_that_key() -> None:
    pin = f"sha256/{'k' * 43}="
    known = varied("S04", ("[keys.K2]", f'[keys.K2]\nspki = "{pin}"'), ('["K1", "K2"]', f'["K1", "{pin}"]'))
    assert [cell.measured for cell in measured(known).cells] == ["A", "A", "P", "A"]


def test_a_host_may_be_an_address_and_may_be_no_wildcard() -> None:
    host = 'hosts = ["api.example.test"]'
    assert {cell.measured for cell in measured(varied("S04", (host, 'hosts = ["127.0.0.1"]'))).cells} == {
        "A",
        "P",
    }
    wild = measured(varied("S04", (host, 'hosts = ["*.example.test"]')))
    assert {cell.measured for cell in wild.cells} == {None}


def test_a_release_may_be_played_by_a_client_of_its_own() -> None:
    second = 'id = "1.1"\nrelease'
    made = measured(varied("S04", (second, 'id = "1.1"\nclient = "openssl_cli"\nrelease')))
    assert {cell.measured for cell in made.cells if cell.cell.app == "1.1"} == {"F"}
    assert {cell.measured for cell in made.cells if cell.cell.app == "1.0"} == {"A", "P"}


def test_a_black_box_is_measured_and_what_locks_it_out_is_found() -> None:
    boxed = varied("S04", ('{ mode = "spki-any", set = ["K1"] }', '{ mode = "external" }'))
    run = measured(boxed, "openssl_cli")
    box = [cell for cell in run.cells if cell.cell.app == "1.0"]
    assert [(cell.cell.verdict, cell.measured, cell.agrees) for cell in box] == [("?", "F", True)] * 2
    assert "a black box" in " ".join(finding.message for finding in findings_of(run))


@pytest.mark.parametrize("count", [3, 48])
def test_it_gives_up_where_nothing_comes_of_anything(count: int, tmp_path: Path) -> None:
    """In this process and in workers: a client that only fails must not cost its timeout for every cell."""
    names = SubstituteNames(plan("S04"))
    cell = distinct_cells(predict(plan("S04")))[0]
    exposure = exposure_for(plan("S04"), cell, names)
    substitutes = SubstituteKeys(plan("S04"), names, [exposure])
    identity = substitutes.identity(exposure)
    tasks = [RehearsalTask(exposure, identity, ("R1",), f"number {number}", None) for number in range(count)]
    settings = settings_of(RunOptions(command="false {url}", via="address"), tmp_path)
    found = run_tasks(settings, substitutes.cast(), tasks, lambda more: None, patience_s=0.0)
    assert list(found) == tasks
    assert {reading.end for reading in found.values()} == {"unclear"}
    assert "not run: nothing came of the first" in found[tasks[-1]].cause
