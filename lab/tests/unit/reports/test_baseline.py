"""A run set beside an earlier one fails on what got worse, and on nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pinlab.core.enums import ExitStatus
from pinlab.core.errors import UsageError
from pinlab.reports.baseline import Key, compare, read_baseline
from pinlab.reports.json_report import write_json
from pinlab.runner.results import Result, exit_status
from tests.support.cli import pinlab
from tests.unit.reports.test_reports import RUN, entry


def before(*results: Result) -> dict[Key, Result]:
    return {(result.scenario, result.tls): result for result in results}


def status(earlier: list[Result], today: list[Result]) -> ExitStatus:
    return compare(before(*earlier), today).status(exit_status(today), today)


WORSE = [
    ("HELD", "BREACHED", ExitStatus.NOT_AS_EXPECTED),
    ("HELD", "WRONG_REASON", ExitStatus.NOT_AS_EXPECTED),
    ("WRONG_REASON", "BREACHED", ExitStatus.NOT_AS_EXPECTED),
    ("LOCKED_OUT", "BREACHED", ExitStatus.NOT_AS_EXPECTED),
    ("UNSUPPORTED", "WRONG_REASON", ExitStatus.NOT_AS_EXPECTED),
    ("BREACHED", "BREACHED", ExitStatus.OK),
    ("BREACHED", "WRONG_REASON", ExitStatus.OK),
    ("BREACHED", "HELD", ExitStatus.OK),
    ("HELD", "HELD", ExitStatus.OK),
]


@pytest.mark.parametrize(("then", "now", "expected"), WORSE)
def test_only_what_got_worse_fails(then: str, now: str, expected: ExitStatus) -> None:
    assert status([entry(then)], [entry(now)]) == expected


def test_a_case_that_is_no_longer_judged_got_worse() -> None:
    today = [entry("SKIPPED"), entry("HELD", scenario="rogue_ca/second")]
    assert (
        status([entry("HELD"), entry("HELD", scenario="rogue_ca/second")], today)
        == ExitStatus.NOT_AS_EXPECTED
    )


def test_a_lab_that_can_no_longer_conclude_is_not_a_client_that_got_worse() -> None:
    today = [entry("INCONCLUSIVE"), entry("HELD", scenario="rogue_ca/second")]
    assert (
        status([entry("HELD"), entry("HELD", scenario="rogue_ca/second")], today) == ExitStatus.INCONCLUSIVE
    )


def test_a_run_that_judged_nothing_is_never_a_pass() -> None:
    assert status([entry("INCONCLUSIVE")], [entry("INCONCLUSIVE")]) == ExitStatus.INCONCLUSIVE
    assert status([entry("SKIPPED")], [entry("SKIPPED")]) == ExitStatus.INCONCLUSIVE


def test_an_interrupted_run_stays_interrupted() -> None:
    today = [entry("BREACHED")]
    against = compare(before(entry("HELD")), today)
    assert against.status(exit_status(today, interrupted=True), today) == ExitStatus.INTERRUPTED


def test_new_cases_count_only_where_they_deviate() -> None:
    new = compare({}, [entry("HELD"), entry("SKIPPED", scenario="a/b"), entry("BREACHED", scenario="c/d")])
    assert len(new.new) == 3 and [result.scenario for result in new.worse] == ["c/d"]


def test_the_tls_version_is_part_of_a_case() -> None:
    assert compare(before(entry("BREACHED", tls="1.2")), [entry("BREACHED")]).worse


def test_a_known_deviation_is_no_debt() -> None:
    today = [replace(entry("BREACHED"), known="ticket 7", outcome="skipped")]
    assert not compare(before(entry("HELD")), today).worse


def test_a_written_run_is_read_back(tmp_path: Path) -> None:
    write_json(tmp_path / "r.json", RUN, [entry("HELD")])
    assert compare(read_baseline(tmp_path / "r.json"), [entry("HELD")]).lines("r.json") == [
        "Against r.json: 0 worse, 0 better, 0 new."
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"schema": "other"}',
        '{"schema": "pinlab.results/1"}',
        '{"schema": "pinlab.results/1", "results": [{}]}',
    ],
)
def test_a_file_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "r.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"--baseline: .*r\.json"):
        read_baseline(path)
    with pytest.raises(UsageError, match="No such file"):
        read_baseline(tmp_path / "none.json")


@pytest.mark.usefixtures("programs")
def test_a_client_with_debts_fails_only_on_new_ones(tmp_path: Path) -> None:
    only = ("--only", "valid/leaf", "--only", "misissued/by_our_authority")
    first = pinlab(tmp_path, "run", "--client", "flawed:no_pin_check", *only)
    assert first.status == 1
    earlier = tmp_path / "earlier.json"
    earlier.write_text(json.dumps(first.document), encoding="utf-8")
    files = ("--html", str(tmp_path / "r.html"), "--markdown", str(tmp_path / "r.md"))
    again = pinlab(
        tmp_path, "run", "--client", "flawed:no_pin_check", *only, "--baseline", str(earlier), *files
    )
    assert again.status == 0 and "0 worse, 0 better, 0 new" in again.out
    assert "again    ./pinlab run --only valid/leaf" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "secrets lost" in (tmp_path / "r.md").read_text(encoding="utf-8")
    good = pinlab(tmp_path, "run", *only, "--json", str(earlier))
    assert good.status == 0
    worse = pinlab(tmp_path, "run", "--client", "flawed:no_pin_check", *only, "--baseline", str(earlier))
    assert worse.status == 1 and "worse   misissued/by_our_authority" in worse.out
