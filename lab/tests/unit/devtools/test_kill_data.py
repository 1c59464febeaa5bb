"""The data behind the kill matrix: what counts as caught, as a survivor, as the same scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from pinlab.catalogue.loader import load_catalogue
from pinlab.catalogue.registry import FlawInfo
from pinlab.devtools.kill_matrix import data, main
from pinlab.devtools.kill_matrix.data import Kills, verdict_of
from pinlab.runner.results import Result

CATALOGUE = load_catalogue()


def result(verdict: str, tls: str = "1.3") -> Result:
    return Result("a/b", tls, "address", "flawed:x", "HELD", verdict, "passed")


def test_a_kill_counts_in_every_version_or_is_marked() -> None:
    assert verdict_of([result("HELD"), result("HELD", "1.2")]) is None
    assert verdict_of([result("BREACHED"), result("LOCKED_OUT", "1.2")]) == "BREACHED"
    assert verdict_of([result("HELD"), result("BREACHED", "1.2")]) == "~BREACHED"
    assert verdict_of([result("UNSUPPORTED"), result("BREACHED", "1.2")]) == "BREACHED"
    assert verdict_of([result("SKIPPED")]) is None


def test_survivors_and_specific_kills() -> None:
    caught = {"a/b": {"one": "BREACHED", "trust_everything": "BREACHED"}, "a/c": {"two": "~HELD"}}
    matrix = Kills(("one", "two", "trust_everything"), {"a/b": "0", "a/c": "1"}, caught)
    assert matrix.survivors == ("two",)
    scenario = CATALOGUE.scenario("valid/leaf").model_copy(update={"id": "a/b"})
    assert matrix.specific(scenario) == ("one",)
    assert matrix.specific(scenario.model_copy(update={"id": "a/d"})) == ()
    assert matrix.by_flaw("two") == {"a/c": "~HELD"}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    caught = {"a/b": {"one": "BREACHED", "two": "~LOCKED_OUT"}, "a/c": {}}
    matrix = Kills(("one", "two"), {"a/b": "0", "a/c": "1"}, caught)
    data.write(matrix, tmp_path / "kills.tsv")
    assert data.read(tmp_path / "kills.tsv") == matrix
    assert data.read(tmp_path / "missing.tsv") == Kills()


def test_prose_does_not_count() -> None:
    scenario = CATALOGUE.scenario("valid/leaf")
    other = scenario.model_copy(update={"doc": "Other words for the same.", "refs": ("RFC 1",)})
    assert data.digest(CATALOGUE, scenario) == data.digest(CATALOGUE, other)
    assert data.digest(CATALOGUE, scenario) != data.digest(
        CATALOGUE, scenario.model_copy(update={"pins": None})
    )


def test_only_what_is_new_is_run_and_an_interrupted_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, list[str]]] = []

    def measure(expected: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, tuple[Result, ...]]]:
        asked.append({client: sorted(names) for client, names in expected.items()})
        for client, names in expected.items():
            yield client, tuple(Result(n, "1.3", "x", client, "HELD", "BREACHED", "failed") for n in names)

    monkeypatch.setattr(main, "measure", measure)
    flaws = {name: FlawInfo(name=name, summary="wrong") for name in ("new", "old")}
    every = data.digests(CATALOGUE)
    before = Kills(("old",), {**every, "valid/leaf": "stale"}, {name: {} for name in every})
    matrices = list(main.measured(before, CATALOGUE, flaws))
    assert asked == [{"flawed:new": sorted(every), "flawed:old": ["valid/leaf"]}]
    assert [matrix.flaws for matrix in matrices] == [(), ("new",), ("new", "old")]
    assert matrices[-1].by_flaw("old") == {"valid/leaf": "BREACHED"}
    again = list(main.measured(matrices[1], CATALOGUE, flaws))
    assert asked[1:] == [{"flawed:old": sorted(every)}] and again[-1].flaws == ("new", "old")
    assert list(main.measured(again[-1], CATALOGUE, flaws)) == [again[-1]]
