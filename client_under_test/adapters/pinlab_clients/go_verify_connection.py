"""Go's net/http, pinned by VerifyConnection, the hook that sees resumed sessions too."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from pinlab.clients import api
from pinlab.clients.api import KnownDeviation
from pinlab.clients.driver_program import Driven
from pinlab.clients.install_tools import DRIVERS, run_tool
from pinlab.clients.limitations import NO_COMPRESSED_POINTS, RESUMES
from pinlab.core.paths import installed_clients

NO_PSS_KEYS = {"rotation/same_key_under_pss": "cannot read keys that are bound to RSASSA-PSS"}
BOTH_VIAS = "finds the pin in any of the chains that can be built (VerifiedChains holds all of them)"
PROXY_TOO = "asks an HTTPS proxy for a pinned key too: one tls.Config serves both"
ANY_CHAIN = (
    KnownDeviation("path_building/pinned_on_the_other_branch", "BREACHED", BOTH_VIAS),
    KnownDeviation("staging/cross_signed_for_new_clients", "BREACHED", BOTH_VIAS),
)


class VerifyConnection(Driven):
    """A program built by `pinlab clients install`."""

    name = "go_verify_connection"
    hook: ClassVar[str] = "VerifyConnection"
    toolchain: ClassVar[str] = "local"
    """The Go that builds it: the one installed, or a release that Go itself fetches and checks."""
    sessions = True
    proxies = ("http", "https", "socks5")
    ecosystem = "Go"
    words = (
        ("certificate signed by unknown authority", "chain_untrusted"),
        ("certificate has expired or is not yet valid: current time", "cert_expired"),
        ("certificate is valid for", "name_mismatch"),
        ("certificate is not valid for any names", "name_mismatch"),
        ("server gave HTTP response to HTTPS client", "not_tls"),
        ("first record does not look like a TLS handshake", "not_tls"),
        ("socks connect", "proxy_refused"),
        ("Proxy Authentication Required", "proxy_refused"),
        ("Bad Gateway", "proxy_refused"),
        ("Client.Timeout exceeded", "transport_failed"),
        ("connection reset", "transport_failed"),
        ("connection refused", "transport_failed"),
    )
    lacks: ClassVar[dict[str, str]] = {**NO_COMPRESSED_POINTS, **NO_PSS_KEYS, "proxy/https_*": PROXY_TOO}
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = (
        *RESUMES,
        *ANY_CHAIN,
        KnownDeviation("proxy/https", "LOCKED_OUT", PROXY_TOO),
    )

    @property
    def binary(self) -> Path:
        """The program."""
        return self.installed_at / "pinned"

    @property
    def installed_at(self) -> Path:
        """One folder for each Go."""
        return installed_clients() / "go" / self.toolchain

    def install_into(self, folder: Path) -> None:
        """The driver needs the standard library alone; another Go comes by Go's own checksums."""
        keep = {
            "GOTOOLCHAIN": self.toolchain,
            "GOFLAGS": "-mod=mod -trimpath -buildvcs=false",
            "CGO_ENABLED": "0",
        }
        run_tool(self.name, ["go", "build", "-o", str(folder / "pinned"), "."], DRIVERS / "go", **keep)

    def version(self) -> str:
        """The Go that built it, as Go itself reads it from the program."""
        self.needs(self.binary)
        return api.program_version([str(self.binary), "-version"])

    def program(self) -> list[str]:
        """The program and its hook."""
        return [self.needs(self.binary), "-hook", self.hook]
