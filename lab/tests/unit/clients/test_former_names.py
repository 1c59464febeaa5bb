"""Adapters that users wrote for 0.1 work for one release, with a warning that says the new name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pinlab.clients import user_adapters
from pinlab.clients.api import KnownDeviation

WRITTEN_FOR_0_1 = """
from typing import ClassVar
from pinlab.evidence import Outcome
from adapters.base import Adapter, Brief, Command, Known, Run, claim


class Mine(Adapter):
    name = "mine"
    ways = ("hosts",)
    told_pins = False
    KNOWN: ClassVar[tuple[Known, ...]] = (Known("a/*", "BREACHED", "no pins"),)

    def version(self) -> str:
        return "1"

    def command(self, brief: Brief) -> Command:
        return Command(["true"])

    def outcome(self, run: Run) -> Outcome:
        return claim("accept")
"""


def test_an_old_adapter_works_and_each_old_name_warns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.py").write_text(WRITTEN_FOR_0_1, encoding="utf-8")
    monkeypatch.setenv("PINLAB_ADAPTERS", str(tmp_path))
    with pytest.warns(FutureWarning) as warned:
        adapter = user_adapters.find("mine")
    assert adapter.vias == ("hosts",) and adapter.gets_pins is False
    assert (KnownDeviation("a/*", "BREACHED", "no pins"),) == adapter.KNOWN
    text = " ".join(str(entry.message) for entry in warned)
    for name in (
        "pinlab.clients.api.Adapter",
        "KnownDeviation",
        "vias",
        "gets_pins",
        "pinlab.evidence.model.Outcome",
    ):
        assert name in text
    assert "adapters" not in sys.modules
