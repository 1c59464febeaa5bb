"""Python's own http.client and ssl, pinned by a look into the verified chain after the handshake."""

from __future__ import annotations

import shutil
from typing import ClassVar

from adapters import base
from adapters.base import AdapterError, Known
from adapters.driven import DRIVERS, Driven
from adapters.leaf_only import FINAL_DOT, NO_FINAL_DOT

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
    KNOWN: ClassVar[tuple[Known, ...]] = (FINAL_DOT,)

    def version(self) -> str:
        """As it says itself."""
        if not shutil.which(PYTHON):
            raise AdapterError(f"{self.name} is not installed: {self.install}")
        return base.program_version([PYTHON, "--version"])

    def program(self) -> list[str]:
        """Python with its driver and nothing from its surroundings."""
        return [PYTHON, "-B", str(DRIVERS / "python" / "stdlib.py")]
