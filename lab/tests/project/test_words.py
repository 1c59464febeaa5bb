"""The list of words that go: each row finds its word where it applies; nothing new passes, and counts may only fall."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pinlab.core.paths import ROOT

ROWS = tomllib.loads((ROOT / "ci/words.toml").read_text(encoding="utf-8"))["word"]
PLANTED = {
    "tell()": "tell",
    "seen": "Seen",
    "find() of a case": "find_case",
    "bench in prose": "the same bench",
    "cell of witnesses": "start_cell",
    "own_world": "own_world",
    "surgery": "the surgery of a handshake",
    "own as a module": "own",
    "matrix as a module": "matrix",
    "choices as a module": "choices",
    "stage": "on_stage",
    "cast of others": "demo_cast",
    "stand-in": "a stand-in",
    "A, F, P, X": "Prediction.A",
    "Refuses to": "Refuses to guess",
    "Let X do Y": "Let the judge say why",
    "content": "The client is content",
    "one as a loop variable": "one",
}
"""The word as it is planted, for rows whose name is not the word itself."""
TABLE = (  # one word for each row of the table that the list was made from, and for each word that is literary
    *(
        "story",
        "tell()",
        "told",
        "said",
        "heard",
        "seen",
        "find() of a case",
        "bench",
        "twin",
        "way",
        "visitor",
    ),
    *("trouble", "deed", "strike", "dress", "surgery", "cell of witnesses", "own_world", "own as a module"),
    *("matrix as a module", "choices as a module", "kept", "notes", "crew", "stage", "scene", "act"),
    *(
        "cast of others",
        "errand",
        "wanted",
        "stand-in",
        "stand_in",
        "A, F, P, X",
        "besiege",
        "heir",
        "endure",
    ),
    *("Refuses to", "whoever", "nobody", "somebody", "Let X do Y", "mend", "heed", "whom", "affair", "dear"),
    *("content", "authority", "lie", "one as a loop variable", "see the header"),
)
CASES = [(row, scope) for row in ROWS for scope in row.get("scope", "identifiers prose").split()]


def check(root: Path, *arguments: str) -> tuple[int, str]:
    """ci/words.py on a tree."""
    command = [sys.executable, "-P", str(ROOT / "ci/words.py"), "--root", str(root), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.returncode, done.stdout


def write(root: Path, name: str, text: str) -> Path:
    """One file of a tree."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{text}\n", encoding="utf-8")
    return path


def git(root: Path, *arguments: str) -> None:
    """One command of git in a tree, for a person who does not exist."""
    person = ("-c", "user.name=test", "-c", "user.email=test@shop.test")
    subprocess.run(["git", "-C", str(root), *person, *arguments], check=True, timeout=60, capture_output=True)


def plant(root: Path, scope: str, word: str) -> list[tuple[str, int]]:
    """Plants a word in each kind of text of a scope; returns (file, line)."""
    if scope == "modules":
        write(root, f"lab/pinlab/core/{word}.py", "")
        return [(f"lab/pinlab/core/{word}.py", 1)]
    if scope == "identifiers":
        name = word.replace(" ", "_").replace("-", "_")
        write(root, "lab/pinlab/core/a.py", f'\n{name} = 1\n\nprint(f"{{{name}}} pins")')
        write(root, "servers/pki/a.h", f"\n\nint {name} = 1'000;")
        write(root, "ci/a.sh", f"\n{name}() {{ true; }}")
        return [
            ("lab/pinlab/core/a.py", 2),
            ("lab/pinlab/core/a.py", 4),
            ("servers/pki/a.h", 3),
            ("ci/a.sh", 2),
        ]
    prose = word.replace("_", " ")
    write(root, "lab/pinlab/core/a.py", f'"""The pins.\n\n{prose}.\n"""\n# {prose}\nprint("pins: {prose}")')
    write(root, "servers/pki/a.h", f"/* The pins\n{prose} */\n// {prose}")
    write(root, "ci/a.sh", f"# {prose}\ndie 'pins: {prose}'")
    write(root, "lab/catalogue/a.toml", f'[a]\ndoc = """\nThe client.\n{prose}."""')
    write(root, "README.md", f"# Pins\n\n{prose}")
    return [
        *(("lab/pinlab/core/a.py", line) for line in (3, 5, 6)),
        *(("servers/pki/a.h", line) for line in (2, 3)),
        *(("ci/a.sh", line) for line in (1, 2)),
        ("lab/catalogue/a.toml", 4),
        ("README.md", 3),
    ]


@pytest.mark.parametrize(
    ("row", "scope"), CASES, ids=lambda value: value if isinstance(value, str) else value["out"]
)
def test_a_planted_word_is_found_and_the_word_to_use_is_named(
    tmp_path: Path, row: dict[str, str], scope: str
) -> None:
    word = PLANTED.get(row["out"], row["out"])
    if scope == "commits":
        git(tmp_path, "init", "-q")
        git(tmp_path, "commit", "-q", "--allow-empty", "-m", word)
        status, text = check(tmp_path, "--commits", "HEAD")
        assert status == 1 and f'"{row["out"]}": use {row["use"]}' in text, text
        return
    places = plant(tmp_path, scope, word)
    status, text = check(tmp_path)
    assert status == 1
    for file, line in places:
        assert f'{file}:{line}: "{row["out"]}": use {row["use"]}' in text, text


def test_every_word_of_the_table_has_a_row() -> None:
    assert set(TABLE) <= {row["out"] for row in ROWS}


@pytest.mark.parametrize("name", ["the_told_pins", "toldPins", "TOLD", "brief.told"])
def test_a_word_inside_an_identifier_is_found(tmp_path: Path, name: str) -> None:
    write(tmp_path, "ci/a.py", f"{name} = 1")
    assert check(tmp_path)[0] == 1


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("README.md", "The address of the client, indeed always a benchmark; the CA signs a leaf."),
        ("README.md", "A word in `told` code.\n\n```\nit was told\n```\n\n[a page](told.md)"),
        ("ci/a.py", 'pins["told"] = pins["twins"]'),
        ("ci/a.py", '"""The client that connects."""\nfor pin in pins:\n    print(f"{pin} is pinned")'),
        ("servers/pki/a.h", '// The CA that signed it.\nauto key = value.at("twins");  // benchmark'),
        ("lab/catalogue/a.toml", '[told_pins]\ncontrol = "told/said"\ndoc = "The client connects."'),
    ],
)
def test_a_clean_line_passes(tmp_path: Path, file: str, text: str) -> None:
    path = write(tmp_path, file, text)
    assert check(tmp_path) == (0, "words: none of them is here\n")
    assert check(tmp_path, str(path)) == (0, "words: none of them is here\n")


def test_a_path_is_checked_alone(tmp_path: Path) -> None:
    readme = write(tmp_path, "README.md", "It was told, and told.\nIt was said.")
    write(tmp_path, "ci/a.py", "told = 1")
    status, text = check(tmp_path, str(readme))
    assert status == 1 and len(text.splitlines()) == 2 and "ci/a.py" not in text
    assert check(tmp_path, "--count") == (1, "     2 told\n     1 said\n")
    assert check(tmp_path, "--count", str(tmp_path / "ci")) == (1, "     1 told\n")


def test_the_subject_of_a_commit_is_short(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "Fix a crash")
    assert check(tmp_path, "--commits", "HEAD")[0] == 0
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "Fix " + "x" * 69)
    status, text = check(tmp_path, "--commits", "HEAD")
    assert status == 1 and "73 characters, at most 72" in text


def test_this_tree_has_none() -> None:
    status, text = check(ROOT)
    assert status == 0, text
