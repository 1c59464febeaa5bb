"""The kill matrix: current, without survivors, and every refusing scenario catches more than blind trust.

Nothing is measured here: test_flaws.py runs each claimed pair, `python -m pinlab.devtools.kill_matrix.main` runs all.
"""

from __future__ import annotations

import pytest
from pinlab.catalogue.loader import load_catalogue
from pinlab.catalogue.registry import known_flaws
from pinlab.catalogue.scenario import Scenario
from pinlab.devtools.kill_matrix import data
from pinlab.devtools.kill_matrix.main import PAGE, page

CATALOGUE = load_catalogue()
REFUSING = [scenario for scenario in CATALOGUE.scenarios.values() if scenario.must_refuse]
MATRIX = data.read()
MAKE_IT = "measure it: python -m pinlab.devtools.kill_matrix.main"


@pytest.mark.usefixtures("programs")
def test_it_is_current() -> None:
    flaws = {name: flaw for name, flaw in known_flaws().items() if name != "none"}
    assert set(MATRIX.flaws) == set(flaws), MAKE_IT
    assert MATRIX.digests == data.digests(CATALOGUE), MAKE_IT
    assert PAGE.read_text(encoding="utf-8") == page(MATRIX, CATALOGUE, flaws), MAKE_IT


def test_no_flaw_survives() -> None:
    assert MATRIX.survivors == (), "add a scenario that catches it"


@pytest.mark.parametrize("scenario", REFUSING, ids=lambda entry: entry.id)
def test_a_refusal_proves_more_than_that_not_everything_is_accepted(scenario: Scenario) -> None:
    assert MATRIX.specific(scenario), "it catches only clients that trust everything: add a narrower flaw"


@pytest.mark.parametrize("scenario", list(CATALOGUE.scenarios))
def test_what_a_scenario_claims_was_measured(scenario: str) -> None:
    claimed = CATALOGUE.scenarios[scenario].caught_by
    whole = [flaw for flaw, verdict in MATRIX.caught[scenario].items() if not verdict.startswith(data.PARTLY)]
    assert set(claimed) <= set(whole), MAKE_IT
