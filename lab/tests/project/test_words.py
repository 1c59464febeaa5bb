"""The list of words that go: each row finds its word in names, comments and prose; nothing new passes."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pinlab.core.paths import ROOT

ROWS = tomllib.loads((ROOT / "ci/words.toml").read_text(encoding="utf-8"))["word"]
PLANTED = {
    "finding of a case": "bench_of = Bench()",
    "testbed as cell": "start_cell(case)",
    "kept files": "import secrets_kept",
    "stand-in": "stand_ins = {}",
    "Refuses to": "Refuses to guess.",
    "authority as CA": "the authority that signed it",
    "way": "ways = []",
}
"""A line for rows whose name is not the word itself."""


def check(root: Path) -> tuple[int, str]:
    """ci/words.py on a tree."""
    command = [sys.executable, "-P", str(ROOT / "ci/words.py"), str(root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.returncode, done.stdout


def write(root: Path, name: str, text: str) -> None:
    """One file of a tree."""
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(f"{text}\n", encoding="utf-8")


@pytest.mark.parametrize(
    "file", ["lab/pinlab/core/words.py", "servers/pki/key.h", "README.md", "lab/catalogue/a.toml"]
)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["out"])
def test_a_planted_line_is_found_and_the_word_to_use_is_named(
    tmp_path: Path, row: dict[str, str], file: str
) -> None:
    write(tmp_path, file, f"# {PLANTED.get(row['out'], row['out'])}")
    status, text = check(tmp_path)
    assert status == 1 and f'{file}:1: "{row["out"]}": use {row["use"]}' in text, text


@pytest.mark.parametrize("name", ["the_told_pins", "toldPins", "TOLD"])
def test_a_word_inside_a_name_is_found(tmp_path: Path, name: str) -> None:
    write(tmp_path, "ci/a.py", f"{name} = 1")
    assert check(tmp_path)[0] == 1


def test_other_words_pass(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "The address of the client, indeed always a benchmark; the CA signs a leaf.")
    assert check(tmp_path)[0] == 0


def test_what_was_there_is_counted_and_may_only_fall(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "It was told.")
    write(tmp_path, "ci/words.left.toml", '"told" = 1')
    assert check(tmp_path)[0] == 0
    write(tmp_path, "README.md", "It was told.\nAnd told again.")
    status, text = check(tmp_path)
    assert status == 1 and "README.md:2" in text
    write(tmp_path, "README.md", "It was shown.")
    status, text = check(tmp_path)
    assert status == 1 and "record it" in text


def test_this_tree_has_no_new_one() -> None:
    status, text = check(ROOT)
    assert status == 0, text
