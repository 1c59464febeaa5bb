"""Perl's IO::Socket::SSL with SSL_fingerprint, which looks like a pin and is an exemption.

A certificate with that key is accepted without any other check, and so is any other that passes them.
It is here to be caught, and so nothing of it is KNOWN.
"""

from __future__ import annotations

from typing import ClassVar

from pinlab.clients import api
from pinlab.clients.driver_program import Driven
from pinlab.clients.install_tools import DRIVERS
from pinlab.clients.limitations import LEAF_ONLY


class PerlIoSocketSsl(Driven):
    """The Perl and the module that are installed."""

    name = "perl_io_socket_ssl"
    package = "libio-socket-ssl-perl"
    lacks: ClassVar[dict[str, str]] = {"ca_pins": LEAF_ONLY}
    words = (
        ("fingerprint does not match", "pin_mismatch"),
        ("hostname verification failed", "name_mismatch"),
        ("proxy answers", "proxy_refused"),
        ("connect:", "transport_failed"),
    )
    known_bad: ClassVar[dict[str, str | None]] = {
        "id": "SSL_fingerprint exempts, it does not pin",
        "fixed_by": None,
    }

    def version(self) -> str:
        """As the module says itself."""
        argv = [self.needs("perl"), "-MIO::Socket::SSL", "-e", "print $IO::Socket::SSL::VERSION"]
        output = api.program_version(argv)
        if "Can't locate" in output:
            self.needs("IO::Socket::SSL")
        return f"IO::Socket::SSL {output}"

    def program(self) -> list[str]:
        """Perl with its driver."""
        return ["perl", str(DRIVERS / "perl" / "io_socket_ssl.pl")]
