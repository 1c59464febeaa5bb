"""curl's library on GnuTLS with CURLOPT_PINNEDPUBLICKEY: what git and many a desktop program connect by."""

from __future__ import annotations

from typing import ClassVar

from pinlab.clients import api
from pinlab.clients.api import AdapterError, Brief, Command, KnownDeviation
from pinlab.clients.driver_program import Driven
from pinlab.clients.install_tools import DRIVERS
from pinlab.clients.limitations import FINAL_DOT, GNUTLS_LACKS, NO_CA_PINS, PINS_ARE_TEXT

from pinlab_clients import git
from pinlab_clients.python_stdlib import PYTHON


class CurlGnutls(Driven):
    """The libcurl-gnutls that is installed, called by its C interface."""

    name = "curl_gnutls"
    package = "libcurl3-gnutls"
    library: ClassVar[str] = "libcurl-gnutls.so.4"
    vias = ("address", "proxy")
    proxies = ("http", "https", "socks5")
    words = (*git.WORDS, ("curl: (7)", "transport_failed"), ("curl: (28)", "transport_failed"))
    lacks: ClassVar[dict[str, str]] = GNUTLS_LACKS
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = (*NO_CA_PINS, *PINS_ARE_TEXT, FINAL_DOT)

    def version(self) -> str:
        """As the library says itself."""
        output = api.program_version([*self.program(), "--version"])
        if not output.startswith("libcurl/"):
            raise AdapterError(f"{self.name} is not installed: {self.install}")
        return " ".join(output.split()[:2])

    def program(self) -> list[str]:
        """Python with the driver, and which library."""
        return [self.needs(PYTHON), "-B", str(DRIVERS / "python" / "curl_gnutls.py"), self.library]

    def command(self, brief: Brief) -> Command:
        """As every driver, but for a proxy that this library may wait for without end."""
        if brief.proxy and brief.proxy.startswith("https:"):
            raise api.Unsupported(git.TLS_IN_TLS)
        return super().command(brief)
