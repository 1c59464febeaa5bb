"""The chain that a server shows now. Loopback only, unless the user says by name which host may be tested.

The server is not validated: what it shows is what is wanted, anyone who it is. No request is sent.
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
    """(host, port) if a text is HOST:PORT or [IPv6]:PORT, else None: then it names a file."""
    found = _ADDRESS.fullmatch(text)
    if not found or not 0 < int(found["port"]) < 65536:
        return None
    return found["six"] or found["host"], int(found["port"])


def fetch_objects(server: tuple[str, int], may_test: Sequence[str] = (), name: str | None = None) -> Objects:
    """The certificates that a server presents to who asks for `name` (default: the host itself)."""
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
        raise PinFileError(f"{shown}: shows a certificate that cannot be read: {failure}") from failure


def reach(server: tuple[str, int], may_test: Sequence[str] = ()) -> socket.socket:
    """A connection to a server. PinFileError: it may not be tested, or has no address. OSError: not there."""
    return _connected(_allowed_addresses(*server, may_test), server[1])


def presented_to(plain: socket.socket, name: str) -> list[bytes]:
    """The list, as DER, that is presented on a connection to who asks for `name`; OSError or ValueError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    plain.settimeout(DEADLINE_S)
    with context.wrap_socket(plain, server_hostname=_sni(name)) as secure:
        return _presented(secure)


def _allowed_addresses(host: str, port: int, may_test: Sequence[str]) -> list[str]:
    """Where to connect to: looked up once, so that what was judged is what is used."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as failure:
        raise PinFileError(f"{host}: cannot be looked up: {failure}") from failure
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    beyond = [one for one in addresses if not ipaddress.ip_address(one.split("%")[0]).is_loopback]
    if beyond and host not in may_test:
        text = (
            f"{host} is {beyond[0]}, which is not this machine; if you may test it, add --i-may-test {host}"
        )
        raise PinFileError(text)
    return addresses


def _connected(addresses: Sequence[str], port: int) -> socket.socket:
    """A connection to the first address that answers: a name may have two, and a server listen on one."""
    failure: OSError = OSError("no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=DEADLINE_S / len(addresses))
        except OSError as error:
            failure = error
    raise failure


def _sni(name: str) -> str | None:
    """RFC 6066 3: an address is no server name."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name
    return None


def _presented(secure: ssl.SSLSocket) -> list[bytes]:
    """The presented list as DER; Python has it in public since 3.13, and before that one level down."""
    if hasattr(secure, "get_unverified_chain"):
        return [bytes(one) for one in secure.get_unverified_chain()]
    inner: Any = getattr(secure, "_sslobj", None)
    certificates = inner.get_unverified_chain() if inner else None
    if not certificates:
        raise ValueError("the server showed no certificate")
    return [ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in certificates]
