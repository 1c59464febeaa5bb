"""The drawings of chains: each scenario has one, and pins, trust and forged certificates are where they belong."""

from __future__ import annotations

import pytest
from pinlab.catalogue.loader import load_catalogue
from pinlab.catalogue.registry import KindInfo, ParamInfo, known_kinds
from pinlab.reports.chain_diagram import draw

CATALOGUE = load_catalogue()
COPY = (
    ParamInfo(name="authority", type="string", default="rogue"),
    ParamInfo(name="key", type="string", default="attacker"),
)
KINDS = {"rogue_ca": KindInfo(name="rogue_ca", summary="a copy", params=COPY)}


def drawing(name: str) -> list[str]:
    scenario = CATALOGUE.scenario(name)
    return draw(scenario, CATALOGUE.cast_of(scenario), KINDS)


def test_an_honest_chain() -> None:
    assert drawing("valid/leaf") == [
        "the server shows:",
        "  pinlab Root, do not trust   (root; trusted)",
        "  └─ pinlab Issuing CA, do not trust   (issuing; path_length 0)",
        "     └─ shop.test   (key active; ● pinned)",
    ]


def test_a_forged_leaf_is_drawn_under_its_issuer() -> None:
    assert drawing("rogue_ca/in_trust_store")[-3:] == [
        "the interceptor shows (rogue_ca: a copy):",
        "  pinlab Rogue Root, do not trust   (rogue; trusted)",
        "  └─ shop.test   (key attacker; ✗)",
    ]


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("expiry/leaf", "not_before -40d; not_after -10d; ✗"),
        ("smuggled_pin/by_a_careless_server", "sent along: active ● pinned"),
        ("untrusted/intermediate_not_sent", "path_length 0; not sent)"),
        ("valid/root_pinned_not_sent", "(root; trusted; ● pinned)"),
        ("wrong_name/nul_byte", r"shop.test\x00.attacker.test"),
        ("valid/last_of_many_names", "*.cdn.test, a.test and 18 more"),
        ("valid/relayed", "the interceptor relays"),
    ],
)
def test_what_is_out_of_the_ordinary_is_drawn(scenario: str, words: str) -> None:
    assert words in "\n".join(drawing(scenario))


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("name", list(CATALOGUE.scenarios))
def test_every_scenario_has_a_drawing_that_prints(name: str) -> None:
    scenario = CATALOGUE.scenario(name)
    lines = draw(scenario, CATALOGUE.cast_of(scenario), known_kinds())
    assert lines and all(line.isprintable() for line in lines)
    legit = all(scenario.steps_legit("origin"))
    attacks = scenario.must_refuse and not scenario.is_config and not scenario.has_mitm and not legit
    assert not attacks or any("✗" in line for line in lines)
