#!/usr/bin/env python3
"""The words that go (ci/words.toml), in identifiers and in prose: comments, docstrings, messages, documents, catalogue.

    ci/words.py [PATH...]    the whole tree, or these files and folders
    ci/words.py --count      the number of lines for each word, with or without PATH
    ci/words.py --commits A..B   the subjects of these commits

Exit status 1 where there is one. It needs only the standard library.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

FOLDERS = ("servers", "attacks", "client_under_test", "lab", "ci", ".ci", "cmake")
FILES = ("README.md", "CHANGELOG.md", "CMakeLists.txt", "pyproject.toml", "pinlab")
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
SCOPES = ("identifiers", "prose", "modules", "commits")
"""Where a row can apply; without `scope` it applies to the first two. `modules` are paths of source files."""

PYTHON = re.compile(
    r"""(?P<comment>\#[^\n]*)
    | (?P<string>(?<!\w)[rbfuRBFU]{0,2}
        (?:"{3}(?:\\.|[^\\])*?"{3}|'{3}(?:\\.|[^\\])*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))
    | (?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)""",
    re.S | re.X,
)
CPP = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
    | (?P<string>R"(?P<mark>\w*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+')
    | (?P<number>\b\d[\w']*)
    | (?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)""",
    re.S | re.X,
)
SHELL = re.compile(
    r"""(?P<comment>(?:(?<=\s)|^)\#[^\n]*)
    | (?P<string>"(?:\\.|[^"\\\n])*"|'[^'\n]*')
    | (?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)""",
    re.M | re.X,
)
TOML = re.compile(
    r"""(?P<comment>\#[^\n]*)
    | (?P<string>"{3}.*?"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')""",
    re.S | re.X,
)
JINJA = re.compile(r"(?P<name>\{[{%].*?[%}]\})|(?P<tag><[^>]*>)|(?P<comment>[^<{]+|[<{])", re.S)
LEXERS = {
    **dict.fromkeys((".cpp", ".h", ".js", ".java", ".cs", ".go", ".mjs"), CPP),
    ".py": PYTHON,
    ".sh": SHELL,
    ".cmake": SHELL,
    ".toml": TOML,
    ".j2": JINJA,
}
SCRIPTS = ("", ".txt", ".yml")
"""Shell scripts without a suffix, CMakeLists.txt, recipes for CI."""

EXPRESSION = re.compile(r"\{[^{}]*\}")
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
NO_PROSE = re.compile(
    r"``?[^`\n]*`?`|\]\([^)\s]*\)|[A-Za-z]+://\S*|[\w/.]*\w_[\w/.]*|\b[A-Za-z]*[a-z][A-Z]\w*|\b[\w-]+\.(?:py|toml|cpp|h|html)\b"
)
"""Inside prose: code spans, targets of links, identifiers and names of files."""
FENCE = re.compile(r"^ *(```|~~~).*?^ *\1 *$", re.S | re.M)

Text = tuple[int, str, str]
"""(line, scope, text) of one piece of a file."""


class Row:
    """One row of the list."""

    def __init__(self, entry: dict[str, str]) -> None:
        self.out, self.use = entry["out"], entry["use"]
        self.scopes = tuple(entry.get("scope", "identifiers prose").split())
        if not set(self.scopes) <= set(SCOPES):
            raise ValueError(f"{self.out}: scope: one of {', '.join(SCOPES)}")
        if "reason" not in entry and ("allow" in entry or "scope" in entry):
            raise ValueError(f"{self.out}: an allowed sense or a scope needs a reason")
        body = entry.get("pattern", re.escape(self.out))
        self._pattern = re.compile(rf"(?<![A-Za-z])(?:{body})(?![A-Za-z])", re.I)
        self._allowed = re.compile(entry["allow"]) if "allow" in entry else None

    def is_in(self, scope: str, text: str) -> bool:
        """Whether a piece has the word in a sense that goes."""
        if scope not in self.scopes:
            return False
        text = self._allowed.sub(" ", text) if self._allowed else text
        return bool(self._pattern.search(text if scope in ("prose", "commits") else words_of(text)))


def words_of(identifier: str) -> str:
    """The words of an identifier: `toldPins` and `told_pins` are `told pins`."""
    return HUMP.sub(" ", identifier).replace("_", " ")


def rows(root: Path) -> list[Row]:
    """The list of the tree at `root`, or of this one."""
    path = root / "ci/words.toml"
    path = path if path.exists() else Path(__file__).with_suffix(".toml")
    return [Row(entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["word"]]


def prose(line: int, text: str) -> Iterator[Text]:
    """A text for people, one piece for each line, without the code in it."""
    for number, part in enumerate(text.split("\n"), line):
        if part.strip():
            yield number, "prose", NO_PROSE.sub(" ", part)


def string(line: int, text: str, *, data: bool) -> Iterator[Text]:
    """A string literal: a message or docstring if it has several words, else a key, an id or a name."""
    prefix = text[: min(text.find(quote) for quote in "\"'" if quote in text)]
    if "f" in prefix.lower():
        for found in EXPRESSION.finditer(text):
            for name in re.findall(r"[^\W\d][\w.]*", found.group()):
                yield line + text.count("\n", 0, found.start()), "identifiers", name
        text = EXPRESSION.sub("{}", text)
    inner = text[len(prefix) :].strip("\"'")
    if re.search(r"\s", inner):
        yield from prose(line, text)
    elif re.fullmatch(r"[^\W\d]\w*", inner) and not data:
        yield line, "identifiers", text


def pieces(path: str, text: str) -> Iterator[Text]:
    """What a file has in each scope."""
    suffix = ".py" if re.match(r"#!.*python", text) else Path(path.removesuffix(".txt")).suffix
    if suffix in (".py", ".cpp", ".h"):
        yield 1, "modules", path.removesuffix(suffix)
    if suffix == ".md":
        yield from prose(1, FENCE.sub(lambda fence: "\n" * fence.group().count("\n"), text))
        return
    line, at = 1, 0
    for found in LEXERS.get(suffix, SHELL).finditer(text):
        line, at = line + text.count("\n", at, found.start()), found.start()
        kind, part = found.lastgroup, found.group()
        if kind == "comment":
            yield from prose(line, part)
        elif kind == "string":
            yield from string(line, part, data=suffix == ".toml")
        elif kind == "name":
            yield line, "identifiers", part


def texts(root: Path, chosen: list[Path]) -> Iterator[tuple[str, str]]:
    """(path from root, text) of each file that people write, or of the chosen ones among them."""
    found = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*")) if path.is_file()]
    found += [path for name in FILES if (path := root / name).is_file()]
    for path in found:
        name = path.relative_to(root).as_posix()
        if chosen and not any(path == place or place in path.parents for place in chosen):
            continue
        if path.suffix not in (*LEXERS, *SCRIPTS, ".md") or name.startswith(OTHERS):
            continue
        if not {"__pycache__", "corpus", "build"}.isdisjoint(path.relative_to(root).parts):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if path.suffix or text.startswith("#!"):
            yield name, text


def findings(root: Path, chosen: list[Path]) -> dict[str, list[str]]:
    """Word -> a line of output for each line that has it."""
    every = rows(root)
    found: dict[str, dict[str, None]] = {}
    for name, text in texts(root, chosen):
        for number, scope, part in pieces(name, text):
            for row in every:
                if row.is_in(scope, part):
                    message = f'{name}:{number}: "{row.out}": use {row.use}'
                    found.setdefault(row.out, {})[message] = None
    return {key: list(lines) for key, lines in found.items()}


def commits(root: Path, revisions: str) -> list[str]:
    """The subjects with a word that goes, or with more than 72 characters."""
    command = ["git", "-C", str(root), "log", "--format=%h %s", revisions, "--"]
    log = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    wrong = []
    for line in log.splitlines():
        commit, _, subject = line.partition(" ")
        wrong += [
            f'{commit}: "{row.out}": use {row.use}' for row in rows(root) if row.is_in("commits", subject)
        ]
        if len(subject) > 72:
            wrong.append(f"{commit}: {len(subject)} characters, at most 72")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--count", action="store_true")
    action.add_argument("--commits", metavar="A..B")
    asked = parser.parse_args()
    root = asked.root.resolve()
    if asked.commits:
        wrong = commits(root, asked.commits)
        print("\n".join(wrong) if wrong else "words: every subject is right")
        return 1 if wrong else 0
    if missing := [path for path in asked.paths if not path.exists()]:
        parser.error(f"no such file or folder: {missing[0]}")
    found = findings(root, [path.resolve() for path in asked.paths])
    if asked.count:
        total: Counter[str] = Counter()
        for word, lines in found.items():
            total[word] += len(lines)
        print("\n".join(f"{count:6} {word}" for word, count in total.most_common()) or "     0")
    else:
        print("\n".join(line for lines in found.values() for line in lines) or "words: none of them is here")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
