#!/usr/bin/env python3
"""The words that go (ci/words.toml), in names, comments, messages and documents: prints each line that has one.

Words that are left in old files are counted in ci/words.left.toml: none may be added, and `--record` writes the counts
again, which may only fall. It needs only the standard library.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

FOLDERS = ("servers", "attacks", "client_under_test", "lab", "ci", ".ci", "cmake")
FILES = ("README.md", "CHANGELOG.md", "CMakeLists.txt", "pyproject.toml")
KINDS = (".py", ".cpp", ".h", ".sh", ".md", ".toml", ".txt", ".cmake", ".j2", "")
OTHERS = (  # made by programs, by other people, or about the words themselves
    "ci/words",
    "lab/tests/project/test_words.py",
    "lab/docs/catalogue.md",
    "lab/docs/clients.md",
    "lab/docs/kill-matrix.md",
    "lab/docs/rotation-reference.md",
    "lab/docs/coverage.md",
    "lab/tests/support/third_party/",
    "lab/golden/",
    "client_under_test/clients/locks/",
)
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Row:
    """One row of the list."""

    def __init__(self, entry: dict[str, str]) -> None:
        self.out, self.use = entry["out"], entry["use"]
        self._pattern = re.compile(
            rf"(?<![A-Za-z])(?:{entry.get('pattern', re.escape(self.out))})(?![A-Za-z])", re.I
        )
        self._allowed = re.compile(entry["allow"]) if "allow" in entry else None

    def is_in(self, line: str) -> bool:
        """Whether a line, with the parts of its names apart, has the word in a sense that goes."""
        text = self._allowed.sub("", line) if self._allowed else line
        return bool(self._pattern.search(HUMP.sub(" ", text).replace("_", " ")))


def rows(root: Path) -> list[Row]:
    """The list of the tree at `root`, or of this one."""
    path = root / "ci/words.toml"
    path = path if path.exists() else Path(__file__).with_suffix(".toml")
    return [Row(entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["word"]]


def texts(root: Path) -> Iterator[tuple[str, list[str]]]:
    """(path from root, lines) of each file that people write."""
    found = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*")) if path.is_file()]
    found += [path for name in FILES if (path := root / name).is_file()]
    for path in found:
        name = path.relative_to(root).as_posix()
        if path.suffix not in KINDS or name.startswith(OTHERS) or "__pycache__" in name or "/corpus/" in name:
            continue
        try:
            yield name, path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue


def main(arguments: list[str]) -> int:
    """`ci/words.py [--record] [ROOT]`."""
    record = "--record" in arguments
    places = [argument for argument in arguments if argument != "--record"]
    root = Path(places[0]) if places else Path(__file__).resolve().parent.parent
    found: dict[str, list[str]] = {}
    every = rows(root)
    for name, lines in texts(root):
        for number, line in enumerate(lines, 1):
            for row in every:
                if row.is_in(line):
                    found.setdefault(row.out, []).append(f'{name}:{number}: "{row.out}": use {row.use}')
    left = root / "ci/words.left.toml"
    before = tomllib.loads(left.read_text(encoding="utf-8")) if left.exists() else {}
    more = {word: places for word, places in found.items() if len(places) > before.get(word, 0)}
    if record:
        head = "# How many lines still have a word that goes (ci/words.py --record). These numbers may only fall.\n"
        counts = "".join(f'"{word}" = {len(found[word])}\n' for word in sorted(found))
        left.write_text(head + counts, encoding="utf-8")
        return 0
    for word, places in more.items():
        print("\n".join(places))
        print(f'"{word}" stands in {len(places)} lines, and in {before.get(word, 0)} before')
    fallen = [word for word, count in before.items() if len(found.get(word, [])) < count]
    if fallen:
        print(f"fewer than before, record it (ci/words.py --record): {', '.join(fallen)}")
    if not more and not fallen:
        print(f"words: {sum(map(len, found.values()))} lines of old are left, none is new")
    return 1 if more or fallen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
