"""Two thousand connections in a row keep no descriptor and no memory; `ci/soak many` makes 20,000."""

from __future__ import annotations

import pytest
from pinlab.devtools.soak import many_connections

pytestmark = pytest.mark.usefixtures("programs")


def test_two_thousand_clients_are_served_and_nothing_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert many_connections.main(["2000"]) == 0, capsys.readouterr().out
    text = capsys.readouterr().out
    assert "origin: 2000 connections" in text and "mitm: 2000 connections" in text


def test_clients_who_were_not_served_are_missed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    all_of_them = many_connections.visit
    monkeypatch.setattr(many_connections, "visit", lambda to, connections: all_of_them(to, connections // 2))
    assert many_connections.main(["20"]) == 1
    assert "WRONG: origin: 10 times request of 20" in capsys.readouterr().out
