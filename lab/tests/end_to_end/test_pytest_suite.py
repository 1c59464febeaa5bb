"""`pytest --pinlab-client NAME --pinlab-suite SUITE` in a user's project: pytest's own options work on scenarios."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.pytest_project import Ended, run_suite

pytestmark = pytest.mark.usefixtures("programs")

OWN_TEST = "def test_of_the_user():\n    pass\n"
ONE_FAMILY = ("-k", "misissued")


def suite(folder: Path, *arguments: str, client: str = "reference", name: str = "smoke") -> Ended:
    """pytest with a suite in a project that has one test of its own."""
    (folder / "test_user.py").write_text(OWN_TEST, encoding="utf-8")
    return run_suite(folder, "--pinlab-client", client, "--pinlab-suite", name, *arguments)


def test_the_suite_is_collected_beside_the_users_own_tests(tmp_path: Path) -> None:
    ended = suite(tmp_path, "-n", "2")
    assert ended.status == 0, ended.output
    assert len(ended.tests) > 12 and ended.outcome("test_of_the_user") == "passed"
    assert set(end for end, _ in ended.tests.values()) <= {"passed", "skipped"}


def test_names_and_families_are_keywords(tmp_path: Path) -> None:
    ended = suite(tmp_path, *ONE_FAMILY, name="full")
    assert ended.status == 0, ended.output
    assert "by_our_authority[1.3]" in ended.tests and "in_trust_store[1.3]" not in ended.tests


def test_a_breach_fails_with_the_transcript_and_stops_at_the_first(tmp_path: Path) -> None:
    ended = suite(tmp_path, *ONE_FAMILY, "-x", client="flawed:no_pin_check", name="full")
    assert ended.status == 1 and len(ended.tests) == 1, ended.output
    (text,) = (text for _, text in ended.tests.values())
    assert "BREACHED" in text and "canary_seen" in text and "--pinlab-suite full -k" in text


def test_what_failed_last_time_is_chosen_by_pytest(tmp_path: Path) -> None:
    first = suite(tmp_path, "-k", "misissued or leaf", client="flawed:no_pin_check", name="full")
    failed = {name for name, (end, _) in first.tests.items() if end == "failed"}
    assert failed and len(failed) < len(first.tests), first.output
    again = suite(tmp_path, "-k", "misissued or leaf", "--lf", client="flawed:no_pin_check", name="full")
    assert set(again.tests) == failed, again.output


def test_a_suite_that_does_not_exist_is_an_error_of_usage(tmp_path: Path) -> None:
    ended = suite(tmp_path, name="smokes")
    assert ended.status == 4 and 'did you mean "smoke"?' in ended.output, ended.output
