"""The answer: safe dates, the JSON contract, SARIF, the terminal and the exit status."""

from __future__ import annotations

import io
import json
from pathlib import Path

import jsonschema
import pytest
from pinlab.devtools.docs.schemas import rehearsal_schema
from pinlab.rotation.answer.answer import RehearsalAnswer, answer, as_json
from pinlab.rotation.answer.sarif import sarif_log
from pinlab.rotation.answer.terminal import print_answer
from pinlab.rotation.lint.linter import all_rules
from tests.support.cli import pinlab
from tests.support.rotation_plans import GOLDEN, PLANS, answered, plan, varied
from tests.support.third_party import sarif_validator

Steps = dict[str, tuple[float, float | None]]


def steps(made: RehearsalAnswer) -> Steps:
    return {safe_date.step: (safe_date.planned, safe_date.earliest) for safe_date in made.earliest_safe}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("S01", {"serve c2": (10, 2)}),
        ("S02", {"release 1.1": (0, 0), "serve c2": (90, 82)}),
        ("S04", {"release 1.1": (0, 0), "serve c2": (7, 90)}),
        ("S05", {"release 1.1": (0, 0), "serve c2": (30, None)}),
        ("S06", {"release 1.1": (0, 37), "serve c2": (30, 22)}),
        ("S07", {"serve c2 on lb-a": (0, 60), "serve c2 on lb-b": (3, 60)}),
        ("S15", {"serve c2": (0, 45)}),
        ("S16", {"serve c2": (0.9, 0.8)}),
        ("S33", {"serve c2": (30, 30), "serve c3": (60, 60)}),
    ],
)
def test_earliest_safe(name: str, expected: Steps) -> None:
    assert steps(answered(name)) == expected


@pytest.mark.parametrize("name", ["S04", "S07", "S15", "S22"])
def test_an_earliest_date_is_the_first_that_the_gate_lets_pass(name: str) -> None:
    """Moved there, with an old certificate that lasts, the peak is within the gate; an hour earlier not."""
    made = plan(name)
    limit = made.gate.max_locked_out
    dates = [
        safe_date.earliest for safe_date in answered(name).earliest_safe if safe_date.step.startswith("serve")
    ]
    for shift, within in ((0, True), (-3600, False)):
        at = round(max(date for date in dates if date is not None) * 86400) + shift
        nodes = tuple(
            node.model_copy(
                update={"serves": (node.serves[0], node.serves[-1].model_copy(update={"at": at}))}
            )
            for node in made.nodes
        )
        lasting = {
            key: certificate.model_copy(update={"not_after": 400 * 86400})
            for key, certificate in made.certificates.items()
        }
        window = (made.start, at + 30 * 86400)
        moved = made.model_copy(update={"nodes": nodes, "certificates": lasting, "window": window})
        assert (answer(moved)[0].figures.peak_locked_out <= limit + 1e-9) is within


def test_no_safe_date_says_what_would_make_one() -> None:
    (step,) = (safe_date for safe_date in answered("S05").earliest_safe if safe_date.earliest is None)
    assert not step.safe and step.earliest_date is None
    assert (
        "second pin" in step.needs
        and "remote pin list" in step.needs
        and "end of their support" in step.needs
    )
    assert steps(answered("S10"))["serve c1"] == (8, None)


def test_a_late_date_says_what_else_it_needs() -> None:
    (step,) = (safe_date for safe_date in answered("S04").earliest_safe if safe_date.step == "serve c2")
    assert step.needs == "c1 must last until T+92; it ends at T+20" and not step.safe
    assert (step.planned_date, step.earliest_date) == ("2026-06-08", "2026-08-30")


@pytest.mark.parametrize("name", PLANS)
def test_the_json_keeps_its_contract(name: str) -> None:
    document = json.loads(as_json(answered(name)))
    jsonschema.Draft202012Validator(rehearsal_schema()).validate(document)
    assert document["schema"] == "pinlab.rehearsal/1"
    expected = {"window", "peak_locked_out", "fleet_days", "days_over_0_1_percent", "unpinned_fleet_days"}
    assert expected <= set(document["figures"])
    assert all({"rule", "severity", "message", "fix"} <= set(entry) for entry in document["findings"])
    assert set(document["cells"]) == {"predicted", "measured", "differing", "not_rehearsed"}
    assert all({"step", "planned", "earliest"} <= set(entry) for entry in document["earliest_safe"])
    assert document["exit_status"] == (0 if name in ("S01", "S02", "S16", "S33") else 1)


def test_branches_and_gate_are_in_the_answer() -> None:
    made = answered("S26")
    outage = next(branch for branch in made.branches if branch.branch.startswith("ca_outage"))
    assert outage.figures.peak_locked_out == 1.0
    assert made.gate.failed[0].endswith("findings of severity error")
    assert any(name.startswith("locked out at the peak") for name in made.gate.failed)


def test_the_gate_can_fail_on_warnings() -> None:
    strict = varied("S33", ("[gate]", '[gate]\nfail_on = "warning"'))
    assert answer(strict)[0].exit_status == 1
    assert answer(strict)[0].gate.failed == ("1 finding of severity warning",)


def test_a_black_box_is_never_a_pass() -> None:
    pins = 'pins = { mode = "spki-any", set = ["K1", "K2"] }'
    made = answer(varied("S01", (pins, 'pins = { mode = "external" }')))[0]
    assert (made.exit_status, made.cells.predicted) == (3, 0)
    half = varied("S02", ('pins = { mode = "spki-any", set = ["K1", "K2"] }', 'pins = { mode = "external" }'))
    made, prediction = answer(half)
    assert made.exit_status == 3 and 0 < made.cells.predicted < made.cells.not_rehearsed
    file = io.StringIO()
    print_answer(made, prediction, file)
    assert "only a rehearsal can judge them" in file.getvalue()
    assert answer(half, "lint")[0].exit_status == 0


@pytest.mark.parametrize("name", PLANS)
def test_sarif(name: str) -> None:
    log = json.loads(sarif_log(answered(name), PLANS[name]))
    sarif_validator().validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.id for rule in all_rules()]
    assert len(run["results"]) == len(answered(name).findings)
    assert all(rules[entry["ruleIndex"]]["id"] == entry["ruleId"] for entry in run["results"])


def test_sarif_names_the_plan_by_a_uri(tmp_path: Path) -> None:
    plain = tmp_path / "my plan.toml"
    plain.write_text(PLANS["S08"].read_text(encoding="utf-8"), encoding="utf-8")
    for path, uri in ((plain, plain.as_uri()), (PLANS["S08"], PLANS["S08"].as_uri())):
        log = json.loads(sarif_log(answered("S08"), path))
        location = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        assert location["artifactLocation"]["uri"] == uri and " " not in uri


def test_sarif_points_at_the_line() -> None:
    lines = PLANS["S08"].read_text(encoding="utf-8").splitlines()
    log = json.loads(sarif_log(answered("S08"), PLANS["S08"]))
    result = next(entry for entry in log["runs"][0]["results"] if entry["ruleId"] == "ROT011")
    line = result["locations"][0]["physicalLocation"]["region"]["startLine"]
    assert lines[line - 1] == 'id = "lb-b"'
    keys = json.loads(sarif_log(answered("S18"), PLANS["S18"]))["runs"][0]["results"]
    line = next(key for key in keys if key["ruleId"] == "ROT043")["locations"][0]["physicalLocation"][
        "region"
    ]
    assert PLANS["S18"].read_text(encoding="utf-8").splitlines()[line["startLine"] - 1] == "[keys.K2]"


@pytest.mark.parametrize("name", PLANS)
def test_the_terminal_says_it_in_words(name: str) -> None:
    made, prediction = answer(plan(name))
    file = io.StringIO()
    print_answer(made, prediction, file)
    text = file.getvalue()
    assert max(map(len, text.splitlines())) <= 100
    peak = GOLDEN[name]["figures"][0]
    assert ("LOCKED_OUT:" in text) == (peak > 0) and ("No one is locked out" in text) == (peak == 0)
    assert all(finding.rule in text for finding in made.findings)
    assert "Traceback" not in text and "[bold" not in text


def test_names_of_a_plan_move_no_cursor() -> None:
    made, prediction = answer(varied("S04", ('id = "1.0"', 'id = "1.0\\u001b[31m[bold]"')))
    file = io.StringIO()
    print_answer(made, prediction, file)
    assert "\x1b" not in file.getvalue() and "\\x1b[31m[bold]" in file.getvalue()


def test_the_command(tmp_path: Path) -> None:
    out, sarif = tmp_path / "answer.json", tmp_path / "answer.sarif"
    seen = pinlab(tmp_path, "rehearse", str(PLANS["S04"]), "--json", str(out), "--sarif", str(sarif))
    assert seen.status == 1 and "35.0 % of connections" in seen.out and "ROT004" in seen.out
    document = json.loads(out.read_text(encoding="utf-8"))
    assert document["figures"]["peak_locked_out"] == 0.35 and document["stage"] == "model"
    assert json.loads(sarif.read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_lint_alone_counts_findings_alone(tmp_path: Path) -> None:
    seen = pinlab(tmp_path, "rehearse", str(PLANS["S01"]), "--lint")
    assert (seen.status, "No findings." in seen.out, "locked out" in seen.out) == (0, True, False)


def test_a_plan_that_cannot_be_used_is_two(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    text = PLANS["S01"].read_text(encoding="utf-8").replace("weight = 1.0", 'weight = "all"')
    wrong.write_text(text, encoding="utf-8")
    seen = pinlab(tmp_path, "rehearse", str(wrong))
    assert seen.status == 2 and "wrong.toml nodes[0].weight: " in seen.err and not seen.out
    seen = pinlab(tmp_path, "rehearse", "none.toml")
    assert seen.status == 2 and "none.toml: cannot be read" in seen.err
    seen = pinlab(tmp_path, "rehearse", str(PLANS["S01"]), "--lint", "--model")
    assert seen.status == 2 and "exclude each other" in seen.err
