"""Python's own http.client and ssl, pinned by a look into the verified chain after the handshake."""

from __future__ import annotations

import shutil
from typing import ClassVar

from pinlab.clients import api
from pinlab.clients.api import AdapterError, KnownDeviation
from pinlab.clients.driver_program import Driven
from pinlab.clients.install_tools import DRIVERS
from pinlab.clients.limitations import FINAL_DOT, NO_FINAL_DOT

PYTHON = "/usr/bin/python3"


class PythonStdlib(Driven):
    """The system's Python, without any package."""

    name = "python_stdlib"
    sessions = True
    package = "python3"
    words = (
        ("Tunnel connection failed", "proxy_refused"),
        ("TimeoutError", "transport_failed"),
        ("ConnectionResetError", "transport_failed"),
    )
    lacks: ClassVar[dict[str, str]] = NO_FINAL_DOT
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = (FINAL_DOT,)

    def version(self) -> str:
        """As it says itself."""
        if not shutil.which(PYTHON):
            raise AdapterError(f"{self.name} is not installed: {self.install}")
        return api.program_version([PYTHON, "--version"])

    def program(self) -> list[str]:
        """Python with its driver and nothing from its surroundings."""
        return [PYTHON, "-B", str(DRIVERS / "python" / "stdlib.py")]
