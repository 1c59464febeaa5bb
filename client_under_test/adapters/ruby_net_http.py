"""Ruby's Net::HTTP with a verify_callback that looks for the pins in the chain that OpenSSL has verified."""

from __future__ import annotations

from typing import ClassVar

from adapters import base
from adapters.base import Known
from adapters.driven import DRIVERS, Driven


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
    KNOWN: ClassVar[tuple[Known, ...]] = ()

    def version(self) -> str:
        """As it says itself."""
        return " ".join(base.program_version([self.needs("ruby"), "--version"]).split()[:2])

    def program(self) -> list[str]:
        """Ruby with its driver."""
        return ["ruby", str(DRIVERS / "ruby" / "net_http.rb")]
