"""The chain that a server presents now. Only on loopback, unless the user names a host that may be tested.

The server is not validated, because the presented chain is the result itself. No request is sent.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
from collections.abc import Sequence
from typing import Any

from cryptography import x509

from pinlab.pins.errors import PinFileError
from pinlab.pins.inputs.certificates import UNREADABLE, Objects, quiet, sound

DEADLINE_S = 5.0
_ADDRESS = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<host>[^\s/:\[\]]+)):(?P<port>[0-9]{1,5})")


def server_named(text: str) -> tuple[str, int] | None:
    """(host, port) of HOST:PORT or [IPv6]:PORT; None for any other text, which names a file."""
    found = _ADDRESS.fullmatch(text)
    if not found or not 0 < int(found["port"]) < 65536:
        return None
    return found["six"] or found["host"], int(found["port"])


def fetch_objects(server: tuple[str, int], may_test: Sequence[str] = (), name: str | None = None) -> Objects:
    """The certificates that a server presents for `name` (default: the host itself)."""
    host, port = server
    shown = f"{host}:{port}"
    try:
        with reach(server, may_test) as plain:
            ders = presented_to(plain, name or host)
    except (OSError, ValueError) as failure:
        raise PinFileError(f"{shown}: no TLS handshake within {DEADLINE_S:g} s: {failure}") from failure
    try:
        with quiet():
            return Objects(shown, [sound(x509.load_der_x509_certificate(der)) for der in ders])
    except UNREADABLE as failure:
        raise PinFileError(f"{shown}: presents a certificate that cannot be read: {failure}") from failure


def reach(server: tuple[str, int], may_test: Sequence[str] = ()) -> socket.socket:
    """A connection to a server. PinFileError: it may not be tested, or has no address. OSError: no connection."""
    return _connected(_allowed_addresses(*server, may_test), server[1])


def presented_to(plain: socket.socket, name: str) -> list[bytes]:
    """The certificates, as DER, that are presented on a connection for `name`; OSError or ValueError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    plain.settimeout(DEADLINE_S)
    with context.wrap_socket(plain, server_hostname=_sni(name)) as secure:
        return _presented(secure)


def _allowed_addresses(host: str, port: int, may_test: Sequence[str]) -> list[str]:
    """The addresses of a host, looked up once, so that the checked addresses are the ones used."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as failure:
        raise PinFileError(f"{host}: cannot be looked up: {failure}") from failure
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    beyond = [address for address in addresses if not ipaddress.ip_address(address.split("%")[0]).is_loopback]
    if beyond and host not in may_test:
        text = (
            f"{host} is {beyond[0]}, which is not this machine; if you may test it, add --i-may-test {host}"
        )
        raise PinFileError(text)
    return addresses


def _connected(addresses: Sequence[str], port: int) -> socket.socket:
    """A connection to the first address that accepts one; a server may listen on only one of several."""
    failure: OSError = OSError("no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=DEADLINE_S / len(addresses))
        except OSError as error:
            failure = error
    raise failure


def _sni(name: str) -> str | None:
    """The server name for SNI; None for an address (RFC 6066 section 3)."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name
    return None


def _presented(secure: ssl.SSLSocket) -> list[bytes]:
    """The presented certificates as DER. Python has a public method since 3.13, and a private one before."""
    if hasattr(secure, "get_unverified_chain"):
        return [bytes(der) for der in secure.get_unverified_chain()]
    inner: Any = getattr(secure, "_sslobj", None)
    certificates = inner.get_unverified_chain() if inner else None
    if not certificates:
        raise ValueError("the server presented no certificate")
    return [ssl.PEM_cert_to_DER_cert(certificate.public_bytes()) for certificate in certificates]
