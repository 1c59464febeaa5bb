"""java.net.http, pinned in a trust manager around the default one, by the path that PKIX has built."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from adapters import base
from adapters.base import Brief, Command, Known
from adapters.driven import Driven, installed
from adapters.go_verify_connection import ANY_CHAIN
from adapters.jdk import JAVA, LIMITS, told
from adapters.leaf_only import NO_COMPRESSED_POINTS, NO_FINAL_DOT, NOT_ONE_TRY

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
    KNOWN: ClassVar[tuple[Known, ...]] = (*ANY_CHAIN, *LIMITS)

    @property
    def folder(self) -> Path:
        """Where the driver's classes are."""
        return installed() / "java" / self.name

    def version(self) -> str:
        """As it says itself."""
        self.needs(self.folder / f"{CLASS}.class")
        return base.program_version([self.needs("java"), "--version"])

    def command(self, brief: Brief) -> Command:
        """All in arguments, as the JDK has no JSON."""
        base.plain_only(brief, "http")
        if brief.host.endswith("."):
            raise base.Unsupported("the JDK sends no name with a final dot")
        if "_" in brief.host:
            raise base.Unsupported("java.net.URI knows no host with an underscore (RFC 2396, 3.2.2)")
        return Command([*JAVA, "-cp", str(self.folder), CLASS, *told(brief)], base.minimal_environment())
