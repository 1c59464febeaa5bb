"""Suites and the column `unpinned`: what follows from a scenario, and what a slow client has patience for."""

from __future__ import annotations

import pytest
from pinlab.catalogue.loader import load_catalogue
from pinlab.catalogue.scenario import Scenario
from pinlab.catalogue.suites import default_suite, members, suites_of
from pinlab.core.enums import Suite
from pinlab.runner.cases import cases, controls

CATALOGUE = load_catalogue()
SCENARIOS = tuple(CATALOGUE.scenarios.values())
MOST_STARTS = 48
"""So often may the smoke suite start its client, controls included: two minutes at 5 s a start on two cores."""


def scenario(**facts: object) -> Scenario:
    """A scenario with the facts of interest."""
    plain = {"id": "family/name", "file": "family.toml", "doc": "A scenario made for a test of suites."}
    return Scenario.model_validate({**plain, "expect": "HELD", "reason": "cert_expired", **facts})


@pytest.mark.parametrize(
    ("facts", "unpinned"),
    [
        ({}, "HELD"),
        ({"expect": "SERVED", "reason": None}, "SERVED"),
        ({"reason": "pin_mismatch"}, "SERVED"),
        ({"reason": "config_invalid", "phase": "config"}, "SERVED"),
        ({"reason": "pin_mismatch", "unpinned": "HELD"}, "HELD"),
        ({"expect": "LOCKED_OUT", "reason": "pin_mismatch"}, "SERVED"),
    ],
)
def test_only_pins_make_a_difference(facts: dict[str, object], unpinned: str) -> None:
    assert scenario(**facts).without_pins == unpinned


@pytest.mark.parametrize(
    ("facts", "suites"),
    [
        ({}, [Suite.FULL]),
        ({"reason": "pin_mismatch"}, [Suite.PINNING, Suite.FULL]),
        ({"refs": ["sr-resume-good"]}, [Suite.PINNING, Suite.FULL]),
        ({"id": "rotation/name"}, [Suite.PINNING, Suite.FULL]),
        ({"id": "proxy/name"}, [Suite.PINNING, Suite.FULL]),
        ({"suites": ["smoke"]}, [Suite.SMOKE, Suite.FULL]),
    ],
)
def test_membership_follows_from_the_scenario(facts: dict[str, object], suites: list[Suite]) -> None:
    assert list(suites_of(scenario(**facts))) == suites


def test_the_default_depends_on_whose_client_it_is() -> None:
    assert default_suite(ours=True, named=False) == Suite.FULL
    assert default_suite(ours=False, named=False) == Suite.PINNING
    assert default_suite(ours=False, named=True) == Suite.FULL


def test_smoke_is_for_slow_clients() -> None:
    smoke = members(SCENARIOS, Suite.SMOKE)
    assert 10 <= len(smoke) <= 15
    assert {entry.expect for entry in smoke} == {"HELD", "SERVED", "LOCKED_OUT"}
    planned = cases(smoke, CATALOGUE.cast, via="address", client="slow")
    every = [*planned, *(control for case in planned for control in controls(case, CATALOGUE))]
    starts = {case.digest: len(case.scenario.expected_visits) for case in every}
    assert sum(starts.values()) <= MOST_STARTS


def test_suites_grow() -> None:
    sizes = [len(members(SCENARIOS, suite)) for suite in Suite]
    assert sizes == sorted(sizes) and sizes[-1] == len(SCENARIOS)
