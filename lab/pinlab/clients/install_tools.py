"""What adapters install their clients with: the package managers, each with a lock and without scripts.

Locks, drivers and programs of other people's clients lie in client_under_test/clients.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from pinlab.core.errors import UsageError
from pinlab.core.paths import CLIENTS

LOCKS, DRIVERS, DOTNET = CLIENTS / "locks", CLIENTS / "drivers", CLIENTS / "dotnet"
DEADLINE_S = 1800
"""A first build of a Rust client on two busy cores takes ten minutes; no step may wait for ever."""
COORDINATE = re.compile(r"^([\w.-]+):([\w.-]+):([\w.-]+) sha256=([0-9a-f]{64})$")


class InstallError(UsageError):
    """A client could not be installed; the text says which step failed and what it printed."""


def run_tool(client: str, argv: Sequence[str], folder: Path, **env: str) -> None:
    """Run one step of the installation of `client` in `folder`. InstallError: it is missing, fails or hangs."""
    if not shutil.which(argv[0]):
        raise InstallError(f"{client}: {argv[0]} is needed to install it, and is not there")
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
        raise InstallError(f"{client}: {argv[0]} was not done after {DEADLINE_S} s") from error
    if done.returncode:
        printed = (done.stderr.strip() or done.stdout.strip())[-600:]
        raise InstallError(f"{client}: `{' '.join(argv[:3])} ...` ended with {done.returncode}: {printed}")


def install_wheels(client: str, lock: Path, target: Path) -> None:
    """The wheels of a lock with hashes: nothing of a package runs while it is installed."""
    words = ["install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps"]
    words += ["--only-binary", ":all:", "--target", str(target), "-r", str(lock)]
    run_tool(client, [sys.executable, "-m", "pip", *words], target)


def install_npm(client: str, lock: Path, folder: Path) -> None:
    """The packages of a package-lock.json; npm checks the integrity of each."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(lock / name, folder / name)
    run_tool(client, ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder)


def install_jars(client: str, lock: Path, folder: Path) -> None:
    """The jars of a lock, fetched by Maven; hashes are compared before anything uses them."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    jars = [found.groups() for found in map(COORDINATE.match, lines) if found]
    assert len(jars) == len(lines), f"{lock}: a line is GROUP:ARTIFACT:VERSION sha256=HASH"
    (folder / "pom.xml").write_text(_pom(jars), encoding="utf-8")
    words = ["-q", "-B", "dependency:copy-dependencies", "-DexcludeTransitive=true"]
    run_tool(client, ["mvn", *words, f"-DoutputDirectory={folder}"], folder)
    for _, artifact, version, expected in jars:
        jar = folder / f"{artifact}-{version}.jar"
        found_hash = hashlib.sha256(jar.read_bytes()).hexdigest()
        if found_hash != expected:
            raise InstallError(f"{client}: {jar.name} has the SHA-256 {found_hash}, its lock says {expected}")


def _pom(jars: Sequence[tuple[str, ...]]) -> str:
    each = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
        f"<version>{version}</version></dependency>"
        for group, artifact, version, _ in jars
    )
    own = "<groupId>pinlab</groupId><artifactId>client</artifactId><version>1</version>"
    return f"<project><modelVersion>4.0.0</modelVersion>{own}<dependencies>{each}</dependencies></project>\n"
