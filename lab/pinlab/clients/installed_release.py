"""Clients that `pinlab clients install` brings, each by its lock in client_under_test/locks.

What is installed beside them on the machine is never used.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import ClassVar

from pinlab.clients import api
from pinlab.clients.api import Brief
from pinlab.clients.driver_program import Driven
from pinlab.clients.install_tools import DRIVERS, LOCKS, install_npm, install_wheels, run_tool
from pinlab.core.paths import installed_clients

ASK = "import importlib.metadata as m, sys; print(sys.argv[1], m.version(sys.argv[1]))"


class Fetched(Driven):
    """A client with a lock of its own."""

    kind: ClassVar[str]
    lock: ClassVar[str]
    """Name of its lock, and of its folder."""
    driver: ClassVar[str]

    @property
    def folder(self) -> Path:
        """Where it is installed."""
        return installed_clients() / self.kind / self.lock

    @property
    def installed_at(self) -> Path | None:
        """Its folder."""
        return self.folder

    @property
    def lock_file(self) -> Path:
        """The lock: a folder for npm, a file for the others."""
        path = LOCKS / self.kind / self.lock
        return path if path.is_dir() else path.with_suffix(".txt")


class FromPyPI(Fetched):
    """A Python package in an environment of its own, pinned by a fingerprint of the leaf certificate."""

    ecosystem = "PyPI"
    kind = "pypi"
    pins_certificates = True

    def install_into(self, folder: Path) -> None:
        """Wheels by hash, in an environment of their own."""
        run_tool(self.name, [sys.executable, "-m", "venv", "--without-pip", str(folder)], folder)
        packages = next((folder / "lib").glob("python3.*")) / "site-packages"
        install_wheels(self.name, self.lock_file, packages)

    def version(self) -> str:
        """As its metadata say."""
        return api.program_version([self._python(), "-c", ASK, self.name.partition("@")[0]])

    def program(self) -> list[str]:
        """Its own Python with the driver."""
        return [self._python(), "-B", str(DRIVERS / "python" / self.driver)]

    def input(self, brief: Brief) -> str:
        """The brief, and the one fingerprint that the client takes: of the first pin, or its text."""
        first = next(iter(brief.pinned or ()), None)
        text = "" if first is None else first.cert_sha256 or first.pin.removeprefix("sha256/")
        facts = json.loads(brief.to_json()) | {"fingerprint": None if brief.pinned is None else text}
        return json.dumps(facts) + "\n"

    def _python(self) -> str:
        return self.needs(self.folder / "bin" / "python")


class FromNpm(Fetched):
    """An npm package, run by the Node that is installed."""

    ecosystem = "npm"
    kind = "npm"

    def install_into(self, folder: Path) -> None:
        """The packages of its lock."""
        install_npm(self.name, self.lock_file, folder)

    def version(self) -> str:
        """As its package.json says."""
        name = self.name.partition("@")[0]
        found = self.needs(self.folder / "node_modules" / name / "package.json")
        node = api.program_version([self.needs("node"), "--version"])
        return f"{name} {json.loads(Path(found).read_text(encoding='utf-8'))['version']} on Node {node[1:]}"

    def program(self) -> list[str]:
        """Node with the driver."""
        self.needs(self.folder / "node_modules")
        return ["node", str(DRIVERS / "node" / self.driver)]

    def environment(self) -> dict[str, str]:
        """Where Node finds the package."""
        return {"NODE_PATH": str(self.folder / "node_modules")}
