"""OkHttp with its own CertificatePinner, on the Java that is installed."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from pinlab.clients import api
from pinlab.clients.api import Brief, Command, KnownDeviation
from pinlab.clients.install_tools import DRIVERS, install_jars, run_tool
from pinlab.clients.installed_release import Fetched
from pinlab.clients.java import JAVA, LIMITS, driver_arguments
from pinlab.clients.limitations import NO_COMPRESSED_POINTS

NO_LENGTH = "takes a pin of any length, and such a one never matches"
WRONG_LENGTHS = ("too_short", "hash_of_another_kind", "hex_instead_of_base64")

OPENED = ["--add-opens", "java.base/sun.security.ssl=ALL-UNNAMED"]
"""OkHttp before 3.2 takes the trust manager out of the JDK's own class, which is closed since Java 9."""


class OkHttp(Fetched):
    """OkHttp 4.12.0."""

    name = "okhttp"
    ecosystem = "Maven"
    kind = "maven"
    lock = "okhttp_4_12_0"
    words = (
        ("Certificate pinning failure", "pin_mismatch"),
        ("CertificateExpiredException", "cert_expired"),
        ("CertificateNotYetValidException", "cert_not_yet_valid"),
        ("not verified", "name_mismatch"),
        ("unable to find valid certification path", "chain_untrusted"),
        ("IllegalArgumentException", "config_invalid"),
        ("Unexpected response code for CONNECT", "proxy_refused"),
        ("Failed to authenticate with proxy", "proxy_refused"),
        ("Failed to connect", "transport_failed"),
    )
    lacks: ClassVar[dict[str, str]] = NO_COMPRESSED_POINTS
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = (
        *(KnownDeviation(f"pin_set/{length}", "WRONG_REASON", NO_LENGTH) for length in WRONG_LENGTHS),
        KnownDeviation("pin_set/one_of_two_malformed", "BREACHED", NO_LENGTH),
        KnownDeviation(
            "redirect/to_subdomain_taken_over", "BREACHED", "follows redirects to hosts without pins"
        ),
        *LIMITS,
    )

    def install_into(self, folder: Path) -> None:
        """The jars of its lock, and the driver compiled against them."""
        install_jars(self.name, self.lock_file, folder)
        source = str(DRIVERS / "java" / "OkHttpVisit.java")
        run_tool(self.name, ["javac", "-nowarn", "-cp", f"{folder}/*", "-d", str(folder), source], folder)

    def version(self) -> str:
        """By its lock; an installed jar is that one or none."""
        self.needs(self.folder / "OkHttpVisit.class")
        return self.lock.replace("_", " ", 1).replace("_", ".")

    def command(self, brief: Brief) -> Command:
        """All in arguments, as the old releases come without a JSON library."""
        api.plain_only(brief, "http")
        self.needs(self.folder / "OkHttpVisit.class")
        classes = f"{self.folder}:{self.folder}/*"
        return Command(
            [*JAVA, *OPENED, "-cp", classes, "OkHttpVisit", *driver_arguments(brief)],
            api.minimal_environment(),
        )
