"""The list of known cases: whole, read strictly, and its page current."""

from __future__ import annotations

from pathlib import Path

import pytest
from pinlab.catalogue.coverage import CASES, coverage, document, text
from pinlab.catalogue.loader import load_catalogue
from pinlab.catalogue.scenario import Scenario
from pinlab.core.errors import FileError
from pinlab.devtools.docs.coverage import PAGE, page

SCENARIOS = tuple(load_catalogue().scenarios.values())


def scenario(*refs: str) -> Scenario:
    return Scenario(
        id="family/name", file="family.toml", doc="Made for a test of refs.", expect="SERVED", refs=refs
    )


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(coverage(SCENARIOS)), (
        "write it: python -m pinlab.devtools.docs.coverage"
    )


def test_the_list_is_whole() -> None:
    cases = coverage(SCENARIOS)
    assert document(cases)["of"] == 190
    stale = [case.id for case in cases if case.scenarios and case.why_not]
    assert stale == [], f"{CASES.name} says why these have no scenario, and they have one"


def test_a_ref_counts_once_for_each_scenario(tmp_path: Path) -> None:
    cases = tmp_path / "cases.tsv"
    cases.write_text("# a comment\nct-one\tone thing\npv-two\tanother\tneeds QUIC\n", encoding="utf-8")
    counted = coverage([scenario("ct-one", "RFC 5280 4.2")], cases)
    assert [(covered.id, covered.scenarios, covered.why_not) for covered in counted] == [
        ("ct-one", ("family/name",), ""),
        ("pv-two", (), "needs QUIC"),
    ]
    assert document(counted)["covered"] == 1
    assert "pv-two" in text(counted) and "needs QUIC" in page(counted)


@pytest.mark.parametrize(
    ("lines", "ref", "complaint"),
    [
        ("ct-one\tone thing\n", "ct-on", 'did you mean "ct-one"'),
        ("ct-one\n", "ct-one", "cases.tsv:1: expected an id"),
        ("xx-one\tone thing\n", "ct-one", "cases.tsv:1: expected an id"),
        ("ct-one\tone\nct-one\ttwo\n", "ct-one", "twice"),
    ],
)
def test_what_leads_nowhere_is_named(tmp_path: Path, lines: str, ref: str, complaint: str) -> None:
    cases = tmp_path / "cases.tsv"
    cases.write_text(lines, encoding="utf-8")
    with pytest.raises(FileError, match=complaint):
        coverage([scenario(ref)], cases)
