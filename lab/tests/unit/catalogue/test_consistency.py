"""No orphan anywhere: catalogue, kinds of attack, flaws and documents speak of the same things."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from pinlab.catalogue.loader import SHIPPED, WORLD_FILE, Catalogue, load_catalogue
from pinlab.catalogue.registry import KindInfo, ParamInfo, known_flaws, known_kinds
from pinlab.catalogue.scenario import Scenario
from pinlab.catalogue.steps import HONEST_KIND
from pinlab.core.enums import Phase, Reason, Verdict
from pinlab.core.paths import ROOT
from pinlab.devtools.docs.catalogue import PAGE, page

DOCS = ROOT / "lab" / "docs"
CATALOGUE = load_catalogue()
SCENARIOS = list(CATALOGUE.scenarios.values())
LONGEST_ENTRY = 25


def scenario_id(scenario: Scenario) -> str:
    return scenario.id


needs_programs = pytest.mark.usefixtures("programs")


@needs_programs
def test_every_name_in_the_catalogue_leads_somewhere() -> None:
    loaded: Catalogue = load_catalogue(SHIPPED, known_kinds(), known_flaws())
    assert loaded.scenarios.keys() == CATALOGUE.scenarios.keys()


@needs_programs
def test_every_kind_of_attack_is_used_and_documented() -> None:
    used = {step.kind for scenario in SCENARIOS for step in scenario.attack}
    kinds = known_kinds()
    assert used == set(kinds)
    for kind in kinds.values():
        assert kind.summary and kind.source, kind.name
        assert all(param.doc for param in kind.params), kind.name


@needs_programs
def test_every_kind_is_a_file_of_its_name() -> None:
    files = {path.stem for path in (ROOT / "attacks" / "kinds").glob("*.cpp")}
    assert files == set(known_kinds())


@needs_programs
def test_every_flaw_is_caught_by_a_scenario_and_documented() -> None:
    claimed = {name for scenario in SCENARIOS for name in scenario.caught_by}
    flaws = known_flaws()
    assert claimed == set(flaws)
    assert all(flaw.summary and flaw.source for flaw in flaws.values())


def test_every_attack_kind_is_refused_in_a_scenario() -> None:
    attacks = {step.kind for scenario in SCENARIOS for step in scenario.attack} - {HONEST_KIND}
    refused = {step.kind for scenario in SCENARIOS if scenario.must_refuse for step in scenario.attack}
    assert attacks <= refused


@pytest.mark.parametrize("scenario", SCENARIOS, ids=scenario_id)
def test_a_scenario_reads_well(scenario: Scenario) -> None:
    assert scenario.doc.endswith("."), "prose ends with a full stop"
    assert 20 <= len(scenario.summary) <= 160, "the first sentence is the summary: one breath long"
    assert scenario.refs, "say where the scenario comes from"
    assert scenario.caught_by, "name a flaw that it brings to light"
    assert scenario.why is None or not scenario.why.endswith("."), "why is a clause, not a sentence"


@pytest.mark.parametrize("scenario", [s for s in SCENARIOS if s.is_pin_only], ids=scenario_id)
def test_a_pin_only_refusal_has_a_control_that_pins_what_is_shown(scenario: Scenario) -> None:
    cast = CATALOGUE.cast_of(scenario)
    assert scenario.presented_key(cast) in cast.key_names()
    visits = range(len(scenario.expected_visits))
    assert any(scenario.repinned(cast) != scenario.pins_at(visit) for visit in visits)


def test_two_scenarios_never_say_the_same() -> None:
    for scenario, other in itertools.combinations(SCENARIOS, 2):
        assert scenario.summary != other.summary or scenario.doc != other.doc, (scenario.id, other.id)
        bare = {"doc", "why", "refs", "id", "file", "caught_by", "control"}
        assert scenario.model_dump(exclude=bare) != other.model_dump(exclude=bare), (scenario.id, other.id)


def test_the_catalogue_is_broad() -> None:
    assert len(SCENARIOS) >= 40
    assert {scenario.expect for scenario in SCENARIOS} == {Verdict.HELD, Verdict.SERVED, Verdict.LOCKED_OUT}
    assert {scenario.phase for scenario in SCENARIOS} >= {Phase.CONFIG, Phase.HANDSHAKE}
    reasons = {scenario.reason for scenario in SCENARIOS if scenario.reason}
    assert reasons >= {
        *(Reason.CONFIG_INVALID, Reason.TRANSPORT_FAILED, Reason.HANDSHAKE_FAILED, Reason.CHAIN_UNTRUSTED),
        *(Reason.CHAIN_MALFORMED, Reason.CERT_EXPIRED, Reason.CERT_NOT_YET_VALID, Reason.NAME_MISMATCH),
        *(Reason.PIN_MISMATCH, Reason.PIN_ONLY_IN_PRESENTED),
    }


def test_an_entry_fits_on_a_screen() -> None:
    for path in sorted(SHIPPED.glob("*.toml")):
        if path.name == WORLD_FILE:
            continue
        for table in re.split(r"\n(?=\[[a-z0-9_]+\]\n)", path.read_text(encoding="utf-8"))[1:]:
            lines = table.strip().splitlines()
            assert len(lines) <= LONGEST_ENTRY, f"{path.name} {lines[0]}"


@pytest.mark.parametrize("document", sorted(DOCS.glob("*.md")), ids=lambda document: document.name)
def test_scenarios_named_in_the_documents_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    families = "|".join(CATALOGUE.families)
    examples = set(re.findall(r"^\[([a-z0-9_]+)\]$", text, re.MULTILINE))
    for family, name in re.findall(rf"`({families})/([a-z0-9_]+)`", text):
        assert name in examples or f"{family}/{name}" in CATALOGUE.scenarios, f"{family}/{name}"


@needs_programs
def test_the_worked_example_of_a_new_attack_is_right(tmp_path: Path) -> None:
    text = (DOCS / "adding-an-attack.md").read_text(encoding="utf-8")
    (entry,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (attack,) = re.findall(r"```cpp\n(.*?)```", text, re.DOTALL)
    for path in SHIPPED.glob("*.toml"):
        family = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(f"{family}\n{entry}" if path.stem == "wrong_name" else family)
    (name,) = re.findall(r'\.name = "([a-z_]+)"', attack)
    params = tuple(ParamInfo(name=word, type="string") for word in ("authority", "key"))
    kinds = {**known_kinds(), name: KindInfo(name=name, summary="new", params=params)}
    assert (
        load_catalogue(tmp_path, kinds, known_flaws()).scenario("wrong_name/bare_star").attack[0].kind == name
    )


@needs_programs
def test_the_page_of_the_catalogue_is_current() -> None:
    current = page(CATALOGUE, known_kinds())
    assert PAGE.read_text(encoding="utf-8") == current, "write it: python -m pinlab.devtools.docs.main"
