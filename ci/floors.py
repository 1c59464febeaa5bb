#!/usr/bin/env python3
"""The sizes of files, and which file may include which in C++; for Python the contracts are in pyproject.toml.

It compiles nothing, needs only the standard library, and excuses no file: a wrong rule is changed here.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

SOURCES = ("servers", "attacks", "client_under_test", "lab", "ci")

# Group -> files. The first match counts. Then: group -> groups it may include, besides itself.
GROUPS = {
    "util": ("servers/util/*",),
    "pki": ("servers/pki/*",),
    "json": ("servers/json/*",),
    "tls": ("servers/tls/*",),
    "wire": ("servers/wire/*",),
    "net": ("servers/net/*",),
    "mint": ("servers/mint/*",),
    "origin": ("servers/origin/*",),
    "exec_with_parent": ("servers/exec_with_parent/*",),
    "servers' tests": ("servers/tests/*", "servers/fuzz/*"),
    "kinds": ("attacks/kinds/*",),
    "attacks' tests": ("attacks/tests/*", "attacks/fuzz/*"),
    "mitm": ("attacks/mitm/*",),
    "attack": ("attacks/*",),
    "protocol": ("client_under_test/protocol/*",),
    "reference": ("client_under_test/reference/*",),
    "flawed": ("client_under_test/flawed/*",),
    "clients' tests": ("client_under_test/tests/*", "client_under_test/fuzz/*"),
}
MAY_INCLUDE = {
    "util": (),
    "pki": ("util",),
    "json": ("util",),
    "tls": ("util", "pki", "json", "wire"),
    "wire": ("util", "pki", "json", "tls"),
    "net": ("util", "pki", "json", "tls", "wire"),
    "mint": ("util", "pki", "json", "wire"),
    "origin": ("util", "pki", "json", "tls", "wire", "net"),
    "exec_with_parent": (),
    "servers' tests": ("util", "pki", "json", "tls", "wire", "net", "mint", "origin"),
    "kinds": ("util", "pki", "json", "tls", "wire", "attack"),
    "attacks' tests": ("util", "pki", "json", "tls", "wire", "net", "attack", "mitm", "kinds"),
    "attack": ("util", "pki", "json", "tls", "wire"),
    "mitm": ("util", "pki", "json", "tls", "wire", "net", "attack"),
    "protocol": (),
    "reference": ("protocol",),
    "flawed": ("protocol",),
    "clients' tests": ("protocol", "reference", "flawed"),
}
# Library header -> the files that may include it; a header file of ours is never among Beast's.
LIBRARY_USERS = {
    "boost/beast": ("servers/origin/origin.cpp", "client_under_test/reference/pinned_client.cpp"),
    "boost/asio": (
        "servers/net/*",
        "servers/origin/*",
        "servers/tests/*",
        "attacks/mitm/*",
        "client_under_test/*",
    ),
    "boost/json": (
        "servers/json/*",
        "servers/tls/*",
        "servers/wire/*",
        "servers/net/*",
        "servers/mint/*",
        "servers/origin/*",
        "*/tests/*",
        "*/fuzz/*",
        "attacks/*",
        "client_under_test/*",
    ),
}
# HTTP is Beast's at the origin and in the reference client: these files include it, or it was replaced.
MUST_INCLUDE = {"boost/beast": ("servers/origin/origin.cpp", "client_under_test/reference/pinned_client.cpp")}
# What these files see, directly or by way of others, must hold none of the headers named.
BLIND = {
    "attacks/kinds/*": ("boost/asio", "boost/beast", "servers/net/", "attacks/mitm/"),
    "attacks/attack.h": ("boost/asio", "boost/beast"),
    "attacks/forge.h": ("boost/asio", "boost/beast"),
    "attacks/registry.h": ("boost/asio", "boost/beast"),
    # What others install and include must need nothing but the standard library.
    "client_under_test/reference/include/*": ("boost", "openssl", "client_under_test/"),
}
# No deadline and no forged date hangs on the machine's clock: setting it must move neither.
TIMELESS = ("servers/*/*", "attacks/*")
WALL_CLOCK = re.compile(r"system_clock|CLOCK_REALTIME|gettimeofday|\btime\((nullptr|NULL|0|&)")
# The first match counts; lines, all of them.
SIZES = (
    ("attacks/kinds/*.cpp", 80),
    ("client_under_test/adapters/pinlab_clients/known_bad.py", 400),
    ("client_under_test/adapters/pinlab_clients/*.py", 100),
    ("*", 400),
)
MOST_IMPORTS = 15
"""Modules of ours that one module of the packages below may import; the command line joins more."""
PACKAGES = ("pinlab", "pinlab_clients")
LOOSE = ("__init__.py", "__main__.py")
"""What may lie in lab/pinlab itself; everything else lies in a package."""

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
Edge = tuple[int, str]


def matches(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(path, pattern) for pattern in patterns)


def group_of(path: str) -> str | None:
    return next((name for name, patterns in GROUPS.items() if matches(path, patterns)), None)


def source_files(root: Path) -> Iterator[str]:
    """Paths of our sources, relative to root and sorted; scripts without suffix are known by `#!`."""
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if not path.is_file() or "build" in path.relative_to(root).parts or "__pycache__" in path.parts:
                continue
            if path.suffix in (".h", ".cpp", ".py", ".sh") or (
                not path.suffix and path.read_bytes()[:2] == b"#!"
            ):
                yield path.relative_to(root).as_posix()


def includes(root: Path, path: str) -> list[Edge]:
    """(line, header) of each #include; a quoted header beside the file becomes its path from the root."""
    edges = []
    for number, line in enumerate((root / path).read_text(encoding="utf-8").splitlines(), 1):
        if found := INCLUDE.match(line):
            quote, header = found.groups()
            beside = (Path(path).parent / header).as_posix()
            edges.append((number, beside if quote == '"' and (root / beside).is_file() else header))
    return edges


def wrong_includes(graph: dict[str, list[Edge]]) -> Iterator[str]:
    for path, edges in graph.items():
        group = group_of(path)
        for line, header in edges:
            other = group_of(header) if header in graph or header.startswith(SOURCES) else None
            if group and other and other != group and other not in MAY_INCLUDE[group]:
                allowed = ", ".join((group, *MAY_INCLUDE[group]))
                yield f"{path}:{line} includes {header}: {group} may include only {allowed}"
            for library, users in LIBRARY_USERS.items():
                if header.startswith(library) and not matches(path, users):
                    yield f"{path}:{line} includes <{header}>: {library} is only for {', '.join(users)}"
        for library, users in MUST_INCLUDE.items():
            if path in users and not any(header.startswith(library) for _, header in edges):
                yield f"{path} does not include <{library}/...>: HTTP stays there"


def chains(graph: dict[str, list[Edge]], start: str) -> Iterator[tuple[str, ...]]:
    """Every header that start reaches, once, as the shortest chain of names that leads there."""
    seen = {start}
    queue: list[tuple[str, ...]] = [(start,)]
    while queue:
        chain = queue.pop(0)
        for _, name in graph.get(chain[-1], ()):
            if name not in seen:
                seen.add(name)
                queue.append((*chain, name))
                yield queue[-1]


def seen_though_hidden(graph: dict[str, list[Edge]]) -> Iterator[str]:
    for pattern, hidden in BLIND.items():
        for path in (path for path in graph if fnmatch(path, pattern)):
            for chain in chains(graph, path):
                if chain[-1].startswith(hidden):
                    yield f"{' -> '.join(chain)}: {pattern} must not see {', '.join(hidden)}"


def clocks(root: Path, paths: list[str]) -> Iterator[str]:
    for path in (path for path in paths if matches(path, TIMELESS) and "/tests/" not in path):
        for number, line in enumerate((root / path).read_text(encoding="utf-8").splitlines(), 1):
            if found := WALL_CLOCK.search(line):
                yield f"{path}:{number} reads the machine's clock ({found.group()}): use a steady one"


def own_imports(text: str) -> set[str]:
    """The modules of our packages that a module imports when it runs; those for type checkers do not count."""
    found: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(text)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        found |= {name for name in names if name.split(".")[0] in PACKAGES}
        waiting += ast.iter_child_nodes(node)
    return found


def wrong_shapes(root: Path, paths: list[str]) -> Iterator[str]:
    for path in paths:
        text = (root / path).read_text(encoding="utf-8")
        lines, most = len(text.splitlines()), next(most for pattern, most in SIZES if fnmatch(path, pattern))
        if lines > most:
            yield f"{path}: {lines} lines, at most {most}"
        inside = path.removeprefix("lab/pinlab/")
        if path.endswith(".py") and inside != path:
            if "/" not in inside and inside not in LOOSE:
                yield f"{path}: lies in no package of lab/pinlab"
            count = len(own_imports(text))
            if count > MOST_IMPORTS and not path.startswith("lab/pinlab/cli/"):
                yield f"{path}: imports {count} modules of ours, at most {MOST_IMPORTS}"


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    paths = list(source_files(root))
    graph = {path: includes(root, path) for path in paths if path.endswith((".h", ".cpp"))}
    wrong = [
        *wrong_includes(graph),
        *seen_though_hidden(graph),
        *clocks(root, paths),
        *wrong_shapes(root, paths),
    ]
    print("\n".join(wrong) if wrong else "floors: every include and size is right")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
