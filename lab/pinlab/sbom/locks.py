"""Reads lock files, each in its own format: pip, npm, Maven (ours), Cargo, Go, NuGet.

It fetches nothing and checks no hash; that is done by whoever installs by these locks.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from pinlab.sbom.component import Component, from_integrity

_REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_JAR = re.compile(r"^([\w.-]+):([\w.-]+):([\w.-]+) sha256=([0-9a-f]{64})$")
_GO = re.compile(r"^(\S+) (v[^\s/]+) h1:\S+$")


def read_lock(path: Path) -> Iterator[Component]:
    """Every package that a lock names; nothing where it is none."""
    reader = _BY_NAME.get(path.name) or _BY_FOLDER.get(path.parent.name)
    if reader is not None:
        yield from reader(path.read_text(encoding="utf-8"))


def requirements(text: str) -> Iterator[Component]:
    """As pip and uv write them: `name==version`, with a hash for each file that may be fetched."""
    for entry in re.split(r"\n(?=\S)", text):
        found = _REQUIREMENT.match(entry)
        if found:
            name = re.sub(r"[-_.]+", "-", found[1]).lower()
            files = tuple(("SHA-256", value) for value in sorted(_HASH.findall(entry)))
            yield Component("pypi", name, found[2], files=files)


def _npm(text: str) -> Iterator[Component]:
    for path, entry in json.loads(text)["packages"].items():
        if path and "version" in entry:
            whole = str(entry.get("name") or path.rpartition("node_modules/")[2])
            scope, _, name = whole.rpartition("/")
            yield Component(
                "npm", name, entry["version"], scope, from_integrity(str(entry.get("integrity", "")))
            )


def _maven(text: str) -> Iterator[Component]:
    for found in filter(None, map(_JAR.match, text.splitlines())):
        yield Component("maven", found[2], found[3], found[1], (("SHA-256", found[4]),))


def _cargo(text: str) -> Iterator[Component]:
    for entry in tomllib.loads(text).get("package", []):
        if "checksum" in entry:  # one without is our own
            yield Component("cargo", entry["name"], entry["version"], files=(("SHA-256", entry["checksum"]),))


def _go(text: str) -> Iterator[Component]:
    """The hash of go.sum is of a tree, not of a file: CycloneDX has no word for it."""
    for found in filter(None, map(_GO.match, text.splitlines())):
        space, _, name = found[1].rpartition("/")
        yield Component("golang", name, found[2], space)


def _nuget(text: str) -> Iterator[Component]:
    for packages in json.loads(text)["dependencies"].values():
        for name, entry in packages.items():
            if "resolved" in entry:
                files = from_integrity(f"sha512-{entry['contentHash']}") if "contentHash" in entry else ()
                yield Component("nuget", name, entry["resolved"], files=files)


_BY_NAME: dict[str, Callable[[str], Iterator[Component]]] = {
    "requirements.lock": requirements,
    "package-lock.json": _npm,
    "Cargo.lock": _cargo,
    "go.sum": _go,
    "packages.lock.json": _nuget,
}
_BY_FOLDER: dict[str, Callable[[str], Iterator[Component]]] = {"pypi": requirements, "maven": _maven}
