"""The reports of a run: the published schema, JUnit that parses whatever the bytes, a table at 80 columns.

On invented results; nothing is run.
"""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as xml

import jsonschema
import pinlab
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pinlab.core.enums import Verdict
from pinlab.judge.judge import judge
from pinlab.reports import json_report, junit
from pinlab.reports.columns import Column, set_in_columns
from pinlab.reports.table import believed, closing, print_table
from pinlab.runner.known_deviations import AcceptedDeviation, apply_known
from pinlab.runner.results import Result, RunFacts, exit_status, outcome_of, summarise
from rich.console import Console
from tests.support.evidence_factory import (
    CONTROLS,
    acceptance,
    closed,
    done,
    evidence,
    exchange,
    forged,
    refusal,
    run,
)
from tests.support.third_party import junit_complaints

SCHEMA = json.loads(
    (Path(pinlab.__file__).parent.parent / "schema" / "results.schema.json").read_text(encoding="utf-8")
)
RUN = RunFacts("curl", "curl 8.9", "0.1.0", "2026-11-24T10:00:00Z", 7, "address", True, 1)

KNOWN = AcceptedDeviation(scenario="*", verdict="BREACHED", reason="no pins")


def entry(verdict: str, expected: str = "HELD", scenario: str = "rogue_ca/in_store", **more: Any) -> Result:
    facts = {
        "tls": "1.3",
        "via": "address",
        "client": "curl",
        "cause": "because",
        "transcript": "the transcript",
    }
    outcome = outcome_of(verdict, expected)
    return Result(scenario, expected=expected, verdict=verdict, outcome=outcome, **{**facts, **more})


def judged() -> list[Result]:
    names: dict[str, Any] = {"tls": "1.3", "via": "address", "client": "curl"}
    held = judge(refusal(), evidence(forged(), run("reject", "pin_mismatch")), CONTROLS)
    taken = judge(refusal(), evidence(forged(1, done(), closed(12)), run("accept")), CONTROLS)
    unclear = judge(refusal(), evidence([], run("reject")), CONTROLS)
    served = judge(acceptance(), evidence(exchange(), run("accept"), expect="SERVED"))
    return [
        Result.of(held, scenario="rogue_ca/in_store", **names),
        Result.of(
            taken, scenario="rogue_ca/second", **names, transcript="the transcript\x1b[2J", duration_ms=1234
        ),
        Result.of(unclear, scenario="misissued/plain", **names, evidence="build/evidence/x"),
        Result.of(served, scenario="valid/leaf", **names, cpu_ms=3),
        Result.not_run(Verdict.SKIPPED, "pins are fixed", scenario="pin_set/empty", expected="HELD", **names),
        apply_known(
            entry("BREACHED"),
            [AcceptedDeviation(scenario="*", verdict="BREACHED", reason="no pins")],
            date(2026, 1, 1),
        ),
    ]


def test_the_document_fits_the_published_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    document = json_report.document(RUN, judged())
    jsonschema.validate(document, SCHEMA)
    assert document["summary"]["BREACHED"] == 2
    assert set(document["summary"]) == set(Verdict)
    assert [result["outcome"] for result in document["results"]] == [
        "passed",
        "failed",
        "error",
        "passed",
        "skipped",
        "skipped",
    ]
    assert document["results"][0]["control"] == {"scenario": "valid/leaf", "verdict": "SERVED"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("results", 0, "verdict"), "FINE"),
        (("results", 0, "surprise"), 1),
        (("results", 0, "app_bytes_at_attacker"), -1),
        (("run", "started"), "yesterday"),
        (("run", "exit_status"), 4),
        (("summary", "FINE"), 1),
        (("schema",), "pinlab.results/2"),
    ],
)
def test_the_schema_is_strict(path: tuple[Any, ...], value: Any) -> None:
    document = json_report.document(RUN, judged())
    target: Any = document
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)


def test_results_survive_json() -> None:
    for result in judged():
        assert Result.from_json(json.loads(json.dumps(result.to_json()))) == result


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "deep" / "results.json"
    json_report.write_json(target, replace(RUN, complete=False, exit_status=130), judged())
    before = target.read_text(encoding="utf-8")
    assert json.loads(before)["run"]["complete"] is False
    assert before.isascii()

    def full_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        json_report.write_json(target, RUN, [])
    assert target.read_text(encoding="utf-8") == before
    assert list(target.parent.iterdir()) == [target]


def test_junit_tells_each_outcome(tmp_path: Path) -> None:
    junit.write_junit(tmp_path / "junit.xml", RUN, judged())
    root = xml.parse(tmp_path / "junit.xml").getroot()
    counts = {name: root.get(name) for name in ("tests", "failures", "errors")}
    assert counts == {"tests": "6", "failures": "1", "errors": "1"}
    assert sum(int(suite.get("skipped", 0)) for suite in root.iter("testsuite")) == 2
    failure = root.find(".//failure")
    assert failure is not None and failure.text == "the transcript\\x1b[2J"
    assert failure.get("type") == "BREACHED"
    assert str(failure.get("message")).startswith("BREACHED, expected HELD: 12 application bytes")
    error = root.find(".//error")
    assert error is not None and "never met" in str(error.get("message"))
    skipped = [str(element.get("message")) for element in root.findall(".//skipped")]
    assert any("pins are fixed" in message for message in skipped)
    assert any("known: no pins" in message for message in skipped)
    assert root.find(".//testcase[@name='second[curl-tls1.3-address]']") is not None


def test_junit_is_valid_by_the_schema_that_build_servers_use(tmp_path: Path) -> None:
    broken = replace(judged()[0], cause="\x00 <![CDATA[ ]]> \ud800", transcript="<failure/> & \x1b[2J")
    for number, results in enumerate(([], judged(), [broken, *judged()])):
        path = tmp_path / f"{number}.xml"
        junit.write_junit(path, RUN, results)
        assert junit_complaints(path) == ""
    text = path.read_text(encoding="utf-8")
    for good, bad in (("<testcase classname", "<testcase colour"), (' tests="', ' testes="')):
        path.write_text(text.replace(good, bad), encoding="utf-8")
        assert "Schemas validity error" in junit_complaints(path)


@given(st.text(st.characters(codec=None), max_size=30))
def test_junit_parses_whatever_the_bytes(text: str) -> None:
    result = entry("BREACHED", scenario=f"x/{text}", cause=text, transcript=text)
    document = junit.document(RUN, [result])
    xml.fromstring(document.encode("utf-8"))
    assert all(char.isprintable() or char in "\n\t" for char in junit.clean("\x00\x1b\x7f\x9b\udc80\ufffe"))


def test_the_table_reads_at_80_columns_without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    page = io.StringIO()
    print_table(RUN, judged(), page)
    text = page.getvalue()
    assert "\x1b" not in text
    assert max(len(line) for line in text.splitlines()) <= 80
    for word in ("rogue_ca", "in_store", "BREACHED", "INCONCLUSIVE", "pin_mismatch", "known"):
        assert word in text
    assert "6 cases: 1 HELD, 1 SERVED, 2 BREACHED, 1 SKIPPED, 1 INCONCLUSIVE." in text
    assert "Exit status 1: at least one verdict is not as expected." in text


def test_a_cell_that_does_not_fit_folds_and_the_others_stand_still() -> None:
    console = Console(width=44, file=io.StringIO())
    columns = (
        Column("name", folds=True),
        Column("must"),
        Column("why", folds=True),
        Column("ms", right=True),
    )
    rows = [
        (("short", ""), ("refuse", "green"), ("a reason of several words", ""), ("7", "")),
        (("family/", "bold"),),
    ]
    lines = set_in_columns(console, columns, rows).plain.splitlines()
    assert lines == [
        "name    must   why                       ms",
        "─" * 43,
        "short   refuse a reason of several words  7",
        "family/",
    ]
    console.width = 38
    narrow = set_in_columns(console, columns, rows).plain.splitlines()
    assert narrow[2:4] == ["short   refuse a reason of several   7", "               words"]


def test_hostile_names_neither_mark_up_nor_move(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    page = io.StringIO()
    hostile = entry("INCONCLUSIVE", scenario="x/[red]a\x1b[2J", cause="[/nope] \x07")
    print_table(replace(RUN, client="[bold]c"), [hostile], page)
    assert "[red]a" in page.getvalue() and "[bold]c" in page.getvalue()
    assert "\x1b" not in page.getvalue() and "\x07" not in page.getvalue()


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (
            entry("HELD", reason="pin_mismatch", reason_source="client", controls=(("a/b", "SERVED"),)),
            "pin_mismatch (client, 1 control)",
        ),
        (
            entry("HELD", reason="pin_mismatch", reason_source="alert", late=True),
            "pin_mismatch (alert), late",
        ),
        (entry("LOCKED_OUT", "SERVED"), "no reason"),
        (
            entry("WRONG_REASON", reason="internal", expected_reason="pin_mismatch"),
            "internal, expected pin_mismatch",
        ),
        (
            entry("BREACHED", app_bytes_at_attacker=9, canary_at_attacker=True),
            "9 bytes at the attacker, canary",
        ),
        (entry("SERVED", "SERVED", canary_at_origin=True), "canary at the origin"),
        (entry("UNSUPPORTED"), "because"),
    ],
)
def test_why_a_verdict_is_to_be_believed(result: Result, text: str) -> None:
    assert believed(result) == text


def test_the_closing_paragraph() -> None:
    good = closing(replace(RUN, exit_status=0), [entry("HELD")])
    assert good == ["1 case: 1 HELD.", "Exit status 0: every verdict is as expected."]
    accident = closing(replace(RUN, exit_status=0), [entry("LOCKED_OUT", "LOCKED_OUT")])
    assert "these users are locked out: rogue_ca/in_store" in accident[1]
    nothing = closing(replace(RUN, exit_status=3), [])
    assert nothing[-1] == "Exit status 3: nothing was judged."
    stopped = closing(replace(RUN, exit_status=130, complete=False), [entry("HELD")])
    assert "Run it again" in stopped[1]
    many = closing(RUN, [entry("WRONG_REASON", scenario=f"a/{n}") for n in range(9)] + [entry("BREACHED")])
    assert "and 5 more" in many[1]
    assert "rogue_ca/in_store" in many[2], "the breach is what to look at first"


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        ([], 3),
        (["SKIPPED", "UNSUPPORTED"], 3),
        (["HELD"], 0),
        (["HELD", "SKIPPED"], 0),
        (["HELD", "INCONCLUSIVE"], 3),
        (["HELD", "INCONCLUSIVE", "BREACHED"], 1),
        (["WRONG_REASON"], 1),
        (["SERVED"], 1),
        (["LOCKED_OUT"], 1),
    ],
)
def test_exit_status(verdicts: list[str], status: int) -> None:
    results = [entry(verdict) for verdict in verdicts]
    assert exit_status(results) == status
    assert exit_status(results, interrupted=True) == 130
    assert sum(summarise(results).values()) == len(results)
