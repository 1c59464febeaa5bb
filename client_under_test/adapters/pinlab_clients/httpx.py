"""httpx with an ssl context that asks for the pin when a handshake is done; httpx has no pins of its own."""

from __future__ import annotations

from typing import ClassVar

from pinlab.clients.api import Brief, KnownDeviation
from pinlab.clients.installed_release import FromPyPI
from pinlab.clients.limitations import FINAL_DOT, NO_FINAL_DOT

from pinlab_clients.python_stdlib import PythonStdlib


class Httpx(FromPyPI):
    """The httpx of its lock, pinned by the keys of its verified chain."""

    name = "httpx"
    lock = "httpx"
    driver = "httpx_context.py"
    pins_certificates = False
    sessions = True
    proxies = ("http", "https")
    lacks: ClassVar[dict[str, str]] = NO_FINAL_DOT
    words = (("ProxyError", "proxy_refused"), ("ConnectTimeout", "transport_failed"), *PythonStdlib.words)
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = (FINAL_DOT,)

    def input(self, brief: Brief) -> str:
        """The brief as it stands: its pins are no fingerprints."""
        return brief.to_json()
