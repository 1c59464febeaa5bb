"""What a run can be besides: an extension from outside is added without a change of the runner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pinlab.clients.api import Adapter, Brief
from pinlab.core.enums import Verdict
from pinlab.pki.world import World
from pinlab.runner.case_result import run_case
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.cases import Case
from pinlab.runner.extensions import InterceptorBrief, RunExtension
from pinlab.runner.options import RunOptions
from pinlab.runner.settings import Settings, settings_of

pytestmark = pytest.mark.usefixtures("programs")


@dataclass(frozen=True)
class Noted(RunExtension):
    """Asks for another path, adds a note for the client, and finds fault afterwards if it must."""

    note: str
    fault: str = ""

    needs_probe: ClassVar[bool] = False

    def case_facts(self) -> Mapping[str, Any]:
        return {"note": self.note}

    def options(self) -> Sequence[str]:
        return ["--note", self.note]

    def client_brief(
        self, brief: Brief, case: Case, world: World, adapter: Adapter, *, started_here: bool
    ) -> Brief:
        (Path(brief.folder) / "note.txt").write_text(self.note, encoding="utf-8")
        return replace(brief, target=f"/{self.note}/{brief.canary}")

    def faults_after(self, case: Case) -> Sequence[str]:
        return [self.fault] if self.fault else []


@dataclass(frozen=True)
class Alone(Noted):
    """The interceptor without an origin."""

    def interceptor_brief(
        self, settings: Settings, case: Case, world: World, canaries: Sequence[str]
    ) -> InterceptorBrief:
        brief: dict[str, Any] = {
            "schema": "pinlab.mitm/1",
            "listen": {"address": settings.listen, "port": 0},
            "upstream": {"address": "127.0.0.1", "port": 9},
            "canaries": list(canaries),
            "cast": world.attackers_cast(),
            "script": [{"kind": "close"}],
            "now": settings.now,
        }
        return InterceptorBrief(brief, {**brief, "canaries": []}, 9)


def runner_with(extension: RunExtension, folder: Path) -> CaseRunner:
    """The case runner of a run of one scenario with `extension`."""
    settings = replace(settings_of(RunOptions(seed=1), folder), extension=extension, evidence=None)
    return CaseRunner.open(replace(settings, via="address", selected=("valid/leaf",)))


def test_it_decides_what_the_client_asks_for_and_gets(tmp_path: Path) -> None:
    case_runner = runner_with(Noted("hello"), tmp_path)
    case = case_runner.cases()[-1]
    result = run_case(case_runner, case)
    assert result.verdict == Verdict.SERVED
    assert (case_runner.folder(case) / "client/note.txt").read_text(encoding="utf-8") == "hello"
    brief = (case_runner.folder(case) / "client.0.json").read_text(encoding="utf-8")
    assert "/hello/" in brief


def test_it_is_part_of_the_content_address_of_a_case(tmp_path: Path) -> None:
    digests = {runner_with(Noted(note), tmp_path).cases()[0].digest for note in ("a", "b", "a")}
    assert len(digests) == 2


def test_a_fault_that_it_finds_makes_the_case_inconclusive(tmp_path: Path) -> None:
    case_runner = runner_with(Noted("hello", fault="the road was closed"), tmp_path)
    result = run_case(case_runner, case_runner.cases()[-1])
    assert result.verdict == Verdict.INCONCLUSIVE and "the road was closed" in result.cause


def test_it_can_put_one_witness_in_the_place_of_two(tmp_path: Path) -> None:
    case_runner = runner_with(Alone("hello"), tmp_path)
    case = case_runner.cases()[-1]
    evidence = case_runner.evidence(case)
    assert {line.who for visit in evidence.visits for line in visit.observations} == {"mitm"}
    assert not (case_runner.folder(case) / "origin.json").exists()
