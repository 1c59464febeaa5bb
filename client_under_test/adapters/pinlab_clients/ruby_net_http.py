"""Ruby's Net::HTTP with a verify_callback that looks for the pins in the chain that OpenSSL has verified."""

from __future__ import annotations

from typing import ClassVar

from pinlab.clients import api
from pinlab.clients.api import KnownDeviation
from pinlab.clients.driver_program import Driven
from pinlab.clients.install_tools import DRIVERS


class RubyNetHttp(Driven):
    """The Ruby that is installed."""

    name = "ruby_net_http"
    sessions = True
    package = "ruby"
    words = (
        ("application verification failure", "pin_mismatch"),
        ("Failed to open TCP connection", "transport_failed"),
        ("HTTPClientException", "proxy_refused"),
        ("HTTPServerException", "proxy_refused"),
        ("HTTPFatalError", "proxy_refused"),
        ("Timeout", "transport_failed"),
    )
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = ()

    def version(self) -> str:
        """As it says itself."""
        return " ".join(api.program_version([self.needs("ruby"), "--version"]).split()[:2])

    def program(self) -> list[str]:
        """Ruby with its driver."""
        return ["ruby", str(DRIVERS / "ruby" / "net_http.rb")]
