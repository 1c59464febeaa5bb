"""A disk that takes no more: the path is named, nothing counts as a pass, and nothing is left.

A limit on the size of files stands for the full disk: it needs no right to mount, and takes effect in every
program of the run at its first long file.
"""

from __future__ import annotations

import resource
from pathlib import Path

import pytest
from tests.support.paused_run import gated_run

pytestmark = pytest.mark.usefixtures("programs")
UNCLEAR = 3


def test_a_world_that_does_not_fit_is_reported_with_its_path(tmp_path: Path) -> None:
    words = ("--only", "rogue_ca/in_trust_store", "-n", "0")
    with gated_run(tmp_path, *words, gate=0, limits={resource.RLIMIT_FSIZE: 3000}) as run:
        status, output = run.ended()
        assert status == UNCLEAR, output
        for result in run.results():
            assert result["verdict"] == "INCONCLUSIVE"
            assert "pinlab-mint ended with 1" in result["cause"] and "File too large" in result["cause"], (
                result
            )
            assert str(tmp_path) in result["cause"]
        assert not run.left()
