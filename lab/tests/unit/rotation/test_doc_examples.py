"""The transcripts in lab/docs/rotation.md are true: each command runs, and says what is shown under it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from pinlab.core.paths import ROOT
from tests.support.cli import environment

PAGE = ROOT / "lab/docs/rotation.md"
TRANSCRIPTS = re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=range(len(TRANSCRIPTS)))
def test_a_transcript(transcript: str, tmp_path: Path) -> None:
    lines = transcript.strip().splitlines()
    typed = "\n".join(line[2:] for line in lines if line.startswith("$ "))
    shown = [line for line in lines if not line.startswith("$ ")]
    (tmp_path / "lab").symlink_to(ROOT / "lab")
    ours = f"{shlex.quote(sys.executable)} -P -m pinlab"
    done = subprocess.run(
        ["bash", "-c", typed.replace("./pinlab", ours)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=tmp_path,
        env=environment(tmp_path, COLUMNS="200"),
    )
    assert "Traceback" not in done.stderr
    assert shown
    assert [line for line in shown if words(line) not in words(done.stdout)] == []
