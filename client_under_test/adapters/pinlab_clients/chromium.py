"""Chromium without a window: a web app cannot pin, so anyone who has a CA in the store is the server.

What it has against impostors are its own checks, and those are asked here.
"""

from __future__ import annotations

import shutil
from typing import ClassVar

from pinlab.clients import api
from pinlab.clients.api import AdapterError
from pinlab.clients.driver_program import Driven
from pinlab.clients.install_tools import DRIVERS
from pinlab.clients.limitations import NO_COMPRESSED_POINTS, NOT_ONE_TRY

from pinlab_clients.go_verify_connection import NO_PSS_KEYS
from pinlab_clients.python_stdlib import PYTHON


class Chromium(Driven):
    """The Chromium that is installed, with a profile that is made for one visit."""

    name = "chromium"
    package = "chromium libnss3-tools python3"
    pins = "none"
    proxies = ("http", "https", "socks5")
    words = (
        ("ERR_CERT_COMMON_NAME_INVALID", "name_mismatch"),
        ("ERR_CERT_AUTHORITY_INVALID", "chain_untrusted"),
        ("ERR_CERT_REVOKED", "cert_revoked"),
        ("ERR_CERT_WEAK", "cert_weak"),
        ("ERR_TUNNEL_CONNECTION_FAILED", "proxy_refused"),
        ("ERR_PROXY_CONNECTION_FAILED", "proxy_refused"),
        ("ERR_SOCKS_CONNECTION", "proxy_refused"),
        ("ERR_CONNECTION", "transport_failed"),
        ("ERR_EMPTY_RESPONSE", "transport_failed"),
        ("not done in time", "transport_failed"),
    )
    """ERR_CERT_DATE_INVALID says not which date, ERR_CERT_INVALID nothing at all: no reason is guessed."""
    lacks: ClassVar[dict[str, str]] = {**NO_COMPRESSED_POINTS, **NO_PSS_KEYS, **NOT_ONE_TRY}

    def version(self) -> str:
        """As it says itself."""
        if not shutil.which("certutil"):
            raise AdapterError(f"certutil is not installed: {self.install}")
        return " ".join(api.program_version([self.needs("chromium"), "--version"]).split()[:2])

    def program(self) -> list[str]:
        """The system's Python with the driver."""
        return [PYTHON, "-B", str(DRIVERS / "python" / "chromium.py")]
