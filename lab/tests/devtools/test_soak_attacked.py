"""The long run in short: it counts what it should, and sees a byte at the attacker where there is one."""

from __future__ import annotations

import pytest
from pinlab.devtools.soak import attacked_client

pytestmark = pytest.mark.usefixtures("programs")


def test_a_short_run_holds(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attacked_client, "A_LINE", 8)
    assert attacked_client.main(["16"]) == 0
    text = capsys.readouterr().out
    assert "    16 connections,     16 refused by the pin, 0 bytes at the attacker, RSS mitm" in text
    assert "the attack was shown 16 times" in text


def test_a_client_that_gives_in_is_seen(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = attacked_client.policy
    monkeypatch.setattr(attacked_client, "policy", lambda world, pinned: honest(world, "attacker"))
    assert attacked_client.main(["2"]) == 1
    text = capsys.readouterr().out
    assert "WRONG: 2 times canary_seen at the attacker" in text
    assert "WRONG: not all were refused" in text
