"""What ci/bench prints and writes; how fast anything is, no test may depend on."""

from __future__ import annotations

import json

import pytest
from pinlab.bench import BARS, SCHEMA, dumped, measured, print_table


@pytest.mark.usefixtures("programs")
def test_every_bar_is_measured_told_and_written(capsys: pytest.CaptureFixture[str]) -> None:
    found = measured()
    document = json.loads(dumped(found))
    assert document["schema"] == SCHEMA and document["machine"]["processor"]
    assert set(document["ratios"]) == set(BARS) and all(value > 0 for value in document["ratios"].values())
    assert {row["name"] for row in document["rows"]} == set(found)
    print_table(found)
    said = capsys.readouterr().out
    assert all(name in said for name in found)


def test_a_bar_that_is_missed_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    print_table({name: {unit: bar + 0.1} for name, (unit, bar) in BARS.items()})
    assert capsys.readouterr().out.count("NOT MET") == len(BARS)
    print_table({name: {unit: bar} for name, (unit, bar) in BARS.items()})
    assert "NOT MET" not in capsys.readouterr().out
