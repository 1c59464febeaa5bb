"""The honest half of the small clients beside this file: Python's own TLS, a pin check, one GET.

Each client is run as `CLIENT ADDRESS PORT HOST CA_FILE PINS CANARY` and gets one thing wrong, by intent.
"""

from __future__ import annotations

import base64
import hashlib
import socket
import ssl
import sys
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@dataclass(frozen=True)
class Order:
    """What the lab asks for."""

    address: str
    port: int
    host: str
    ca_file: str
    pins: frozenset[str]
    canary: str


def order() -> Order:
    """The order on the command line."""
    address, port, host, ca_file, pins, canary = sys.argv[1:7]
    return Order(address, int(port), host, ca_file, frozenset(pins.split(",")), canary)


def context(order: Order, ca_text: str | None = None) -> ssl.SSLContext:
    """PKI and the name are verified against the given CAs."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.load_verify_locations(order.ca_file if ca_text is None else None, cadata=ca_text)
    return made


def connect(order: Order, how: ssl.SSLContext | None = None, host: str | None = None) -> ssl.SSLSocket:
    """A verified TLS connection; ssl.SSLError or OSError if it is refused."""
    plain = socket.create_connection((order.address, order.port), timeout=5)
    return (how or context(order)).wrap_socket(plain, server_hostname=host or order.host)


def is_pinned(order: Order, tls: ssl.SSLSocket) -> bool:
    """Is the leaf's key among the pins?"""
    leaf = x509.load_der_x509_certificate(tls.getpeercert(binary_form=True) or b"")
    key = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(key).digest()).decode() in order.pins


def get(order: Order, tls: ssl.SSLSocket, path: str | None = None) -> bool:
    """Send the GET, read the answer to its end; was it a 200?"""
    target = path or f"/pinlab/{order.canary}"
    head = f"GET {target} HTTP/1.1\r\nHost: {order.host}\r\nConnection: close\r\n\r\n"
    tls.sendall(head.encode())
    answer = b""
    while data := tls.recv(65536):
        answer += data
    return answer.startswith(b"HTTP/1.1 200")


def visit(order: Order) -> bool:
    """One honest visit: verify, check the pin, only then ask. False where anything was refused."""
    try:
        with connect(order) as tls:
            return is_pinned(order, tls) and get(order, tls)
    except (ssl.SSLError, OSError):
        return False
