#!/usr/bin/env python3
"""Who may include whom, and how long a file may be: reads #include lines and imports, prints broken edges.

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
    "pki": ("servers/pki/*",),
    "wire": ("servers/wire/*",),
    "mint": ("servers/mint/*",),
    "origin": ("servers/origin/*",),
    "mortal": ("servers/mortal/*",),
    "servers' tests": ("servers/tests/*", "servers/fuzz/*"),
    "kinds": ("attacks/kinds/*",),
    "attacks' tests": ("attacks/tests/*", "attacks/fuzz/*"),
    "attack": (
        "attacks/attack.*",
        "attacks/arguments.*",
        "attacks/copyist.*",
        "attacks/forge.*",
        "attacks/registry.*",
    ),
    "interceptor": ("attacks/*",),
    "reference": ("client_under_test/reference/*",),
    "flawed": ("client_under_test/flawed/*",),
    "clients' tests": ("client_under_test/tests/*", "client_under_test/fuzz/*"),
}
MAY_INCLUDE = {
    "pki": (),
    "wire": ("pki",),
    "mint": ("pki", "wire"),
    "origin": ("pki", "wire"),
    "mortal": (),
    "servers' tests": ("pki", "wire", "mint", "origin"),
    "kinds": ("pki", "wire", "attack"),
    "attacks' tests": ("pki", "wire", "attack", "interceptor", "kinds"),
    "attack": ("pki", "wire"),
    "interceptor": ("pki", "wire", "attack"),
    "reference": (),
    "flawed": ("reference",),
    "clients' tests": ("reference", "flawed"),
}
# Library header -> the files that may include it; a header file of ours is never among Beast's.
LIBRARY_USERS = {
    "boost/beast": ("servers/origin/origin.cpp", "client_under_test/reference/pinned_client.cpp"),
    "boost/asio": (
        "servers/wire/listener.*",
        "servers/wire/encounter*",
        "servers/wire/tap.*",
        "servers/origin/*",
        "servers/tests/*",
        "attacks/*.cpp",
        "attacks/*.h",
        "client_under_test/*",
    ),
    "boost/json": (
        "servers/wire/*",
        "servers/mint/*",
        "servers/origin/*",
        "*/tests/*",
        "*/fuzz/*",
        "attacks/*",
        "client_under_test/*",
    ),
}
# What these files see, directly or by way of others, must hold none of the headers named.
BLIND = {
    "attacks/kinds/*": ("boost/asio", "boost/beast", "servers/wire/listener.h", "attacks/interceptor"),
    "attacks/attack.h": ("boost/asio", "boost/beast"),
    "attacks/forge.h": ("boost/asio", "boost/beast"),
    "attacks/registry.h": ("boost/asio", "boost/beast"),
    # What others install and include must need nothing but the standard library.
    "client_under_test/reference/include/*": ("boost", "openssl", "client_under_test/"),
}
# Python file -> modules that neither it nor a module of ours that it imports may import.
PURE = {
    "lab/pinlab/judge.py": ("os", "socket", "subprocess", "time"),
    "lab/pinlab/story.py": ("os", "socket", "subprocess", "time"),
    "lab/pinlab/pins/check.py": ("os", "socket", "subprocess", "time"),
    "lab/pinlab/pins/convert.py": ("os", "socket", "subprocess", "time"),
    "lab/pinlab/pins/lint.py": ("os", "socket", "subprocess", "time"),
    "lab/pinlab/rotation/model.py": ("os", "socket", "subprocess", "time"),
    "lab/pinlab/rotation/linter.py": ("os", "socket", "subprocess", "time"),
    "client_under_test/adapters/*.py": ("pinlab.runner", "pinlab.judge"),
}
# No deadline and no lie hangs on the machine's clock: whoever sets it must move neither.
TIMELESS = ("servers/pki/*", "servers/wire/*", "servers/mint/*", "servers/origin/*", "attacks/*")
WALL_CLOCK = re.compile(r"system_clock|CLOCK_REALTIME|gettimeofday|\btime\((nullptr|NULL|0|&)")
# The first match counts; lines, all of them.
SIZES = (
    ("attacks/kinds/*.cpp", 80),
    ("client_under_test/adapters/base.py", 300),
    ("client_under_test/adapters/driven.py", 80),
    ("client_under_test/adapters/fetched.py", 80),
    ("client_under_test/adapters/*.py", 60),
    ("*", 300),
)

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


def imports(root: Path, path: str) -> list[Edge]:
    """(line, module) of each import; `from a import b` counts as `a.b` too; relative ones become absolute."""
    package = Path(path).with_suffix("").parts[1:-1]
    edges: list[Edge] = []
    for node in ast.walk(ast.parse((root / path).read_text(encoding="utf-8"), path)):
        if isinstance(node, ast.Import):
            edges += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join((*above, *((node.module,) if node.module else ())))
            edges += [(node.lineno, base), *((node.lineno, f"{base}.{alias.name}") for alias in node.names)]
    return edges


def module_file(root: Path, module: str) -> str | None:
    """The file of a module of ours, or None for a library's."""
    for top in ("lab", "client_under_test"):
        for tail in (".py", "/__init__.py"):
            path = f"{top}/{module.replace('.', '/')}{tail}"
            if (root / path).is_file():
                return path
    return None


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


def chains(graph: dict[str, list[Edge]], start: str) -> Iterator[tuple[str, ...]]:
    """Every header or module that start reaches, once, as the shortest chain of names that leads there."""
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


def impure_imports(root: Path, paths: list[str]) -> Iterator[str]:
    graph: dict[str, list[Edge]] = {}
    for path in paths:
        if path.endswith(".py") and not path.startswith("ci/"):
            graph[path] = [(line, module_file(root, name) or name) for line, name in imports(root, path)]
    for pattern, hidden in PURE.items():
        banned = {*hidden, *(module_file(root, name) for name in hidden)}
        inside = tuple(f"{name}." for name in hidden)
        for path in (path for path in graph if fnmatch(path, pattern)):
            for chain in chains(graph, path):
                if chain[-1] in banned or chain[-1].startswith(inside):
                    yield f"{' -> '.join(chain)}: {pattern} must not import {', '.join(hidden)}"


def reads_the_wall_clock(root: Path, paths: list[str]) -> Iterator[str]:
    for path in (path for path in paths if path.endswith((".h", ".cpp")) and matches(path, TIMELESS)):
        for number, line in enumerate((root / path).read_text(encoding="utf-8").splitlines(), 1):
            if found := WALL_CLOCK.search(line):
                yield f"{path}:{number} reads the machine's clock ({found[0]}): use a steady one"


def too_long(root: Path, paths: list[str]) -> Iterator[str]:
    for path in paths:
        lines = len((root / path).read_text(encoding="utf-8").splitlines())
        limit = next(limit for pattern, limit in SIZES if fnmatch(path, pattern))
        if lines > limit:
            yield f"{path}: {lines} lines, at most {limit}"


def check(root: Path) -> list[str]:
    """Every broken rule below root, one line each; OSError or SyntaxError where a file cannot be read."""
    paths = list(source_files(root))
    graph = {path: includes(root, path) for path in paths if path.endswith((".h", ".cpp"))}
    return [
        *wrong_includes(graph),
        *seen_though_hidden(graph),
        *impure_imports(root, paths),
        *reads_the_wall_clock(root, paths),
        *too_long(root, paths),
    ]


def main(arguments: list[str]) -> int:
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    faults = check(root)
    for fault in faults:
        print(fault)
    print(f"floors: {len(faults)} broken" if faults else "floors: every include, import and size is right")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
