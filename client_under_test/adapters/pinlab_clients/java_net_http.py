"""java.net.http, pinned in a trust manager around the default one, by the path that PKIX has built."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from pinlab.clients import api
from pinlab.clients.api import Brief, Command, KnownDeviation
from pinlab.clients.driver_program import Driven
from pinlab.clients.install_tools import DRIVERS, run_tool
from pinlab.clients.java import JAVA, LIMITS, driver_arguments
from pinlab.clients.limitations import NO_COMPRESSED_POINTS, NO_FINAL_DOT, NOT_ONE_TRY
from pinlab.core.paths import installed_clients

from pinlab_clients.go_verify_connection import ANY_CHAIN

CLASS = "HttpVisit"


class JavaNetHttp(Driven):
    """The HttpClient of the Java that is installed; `pinlab clients install` compiles the driver."""

    name = "java_net_http"
    ecosystem = "Java"
    words = (
        ("CertificateExpiredException", "cert_expired"),
        ("CertificateNotYetValidException", "cert_not_yet_valid"),
        ("No subject alternative", "name_mismatch"),
        ("No name matching", "name_mismatch"),
        ("unable to find valid certification path", "chain_untrusted"),
        ("Tunnel failed", "proxy_refused"),
        ("TimeoutException", "transport_failed"),
        ("ConnectException", "transport_failed"),
    )
    lacks: ClassVar[dict[str, str]] = {**NO_COMPRESSED_POINTS, **NO_FINAL_DOT, **NOT_ONE_TRY}
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = (*ANY_CHAIN, *LIMITS)

    @property
    def folder(self) -> Path:
        """Where the driver's classes are."""
        return installed_clients() / "java" / self.name

    @property
    def installed_at(self) -> Path | None:
        """Its folder."""
        return self.folder

    def install_into(self, folder: Path) -> None:
        """Nothing is fetched: the driver needs the JDK alone."""
        source = str(DRIVERS / "java" / f"{CLASS}.java")
        run_tool(self.name, ["javac", "-nowarn", "-d", str(folder), source], folder)

    def version(self) -> str:
        """As it says itself."""
        self.needs(self.folder / f"{CLASS}.class")
        return api.program_version([self.needs("java"), "--version"])

    def command(self, brief: Brief) -> Command:
        """All in arguments, as the JDK has no JSON."""
        api.plain_only(brief, "http")
        if brief.host.endswith("."):
            raise api.Unsupported("the JDK sends no name with a final dot")
        if "_" in brief.host:
            raise api.Unsupported("java.net.URI knows no host with an underscore (RFC 2396, 3.2.2)")
        return Command(
            [*JAVA, "-cp", str(self.folder), CLASS, *driver_arguments(brief)], api.minimal_environment()
        )
