"""What the Python drivers share: visits line by line, pins as a careful app reads them, the outcome line.

It makes no connection; how a client is pinned is the job of its driver.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
import socket
import ssl
import sys
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

NO_PIN = "pinlab: no pinned key"


class BadPins(Exception):
    """The pin set cannot be used; raised before any connection."""


class Unsupported(Exception):
    """The client cannot be asked this; the text says what."""


def serve(visit: Callable[[dict], tuple[int, str]]) -> None:
    """Make each visit that stdin asks for; `visit` gives status and body, or raises."""
    brief = json.loads(sys.stdin.readline())
    brief |= {"path": urlsplit(brief["url"]).path, "first_pins": brief["pins"]}
    while True:
        print(json.dumps(_outcome(visit, brief)), flush=True)
        line = sys.stdin.readline() if brief.get("session") else ""
        if not line:
            return
        brief |= json.loads(line)


def _outcome(visit: Callable[[dict], tuple[int, str]], brief: dict) -> dict:
    if brief.get("clock_s"):
        return {"claim": "unsupported", "detail": "its clock cannot be set"}
    try:
        status, body = visit(brief)
    except Unsupported as error:
        return {"claim": "unsupported", "detail": str(error)}
    except Exception as error:  # whatever it is, it is the client's answer
        reason = "config_invalid" if isinstance(error, BadPins) else None
        return {"claim": "reject", "reason": reason, "detail": _words(error)}
    return {"claim": "accept", "status": status, "body": body[:200]}


def _words(error: BaseException | None) -> str:
    lines = []
    while error is not None and len(lines) < 4:
        lines.append(f"{type(error).__name__}: {error}")
        error = error.__cause__ or error.__context__
    return " <- ".join(lines)[:480]


def read_pins(brief: dict) -> frozenset[bytes] | None:
    """The pins as hashes, None for no pinning. BadPins: empty, or one that is no SHA-256 in base64."""
    if brief["pins"] is None:
        return None
    try:
        found = [base64.b64decode(pin.removeprefix("sha256/"), validate=True) for pin in brief["pins"]]
    except ValueError as error:
        raise BadPins(str(error)) from error
    if not found or any(len(pin) != 32 for pin in found):
        raise BadPins("a pin set needs pins of 32 bytes each")
    return frozenset(found)


def fingerprint(brief: dict) -> str | None:
    """The certificate that the pins of the brief stand for, None for no pinning."""
    if brief["pins"] is None:
        return None
    if brief["pins"] != brief["first_pins"]:
        raise Unsupported("it takes the fingerprint of a certificate, and none of these pins has one")
    return brief["fingerprint"]


def every_name_is_at(address: str) -> None:
    """Resolve every name to `address`, as a hosts file would; addresses stay what they are."""

    def lookup(host: str, *more: object, **options: object) -> list:
        return resolve(host if _is_address(host) else address, *more, **options)

    resolve = getattr(socket.getaddrinfo, "resolve", socket.getaddrinfo)
    lookup.resolve = resolve
    socket.getaddrinfo = lookup


def _is_address(host: str | bytes | None) -> bool:
    try:
        ipaddress.ip_address(host.decode("ascii") if isinstance(host, bytes) else host or "")
    except ValueError:
        return False
    return True


def verified_chain(connection: ssl.SSLSocket | ssl.SSLObject) -> list[bytes]:
    """The chain that was verified, leaf first, as DER."""
    # Public as SSLSocket.get_verified_chain since Python 3.13, there without the parameter.
    return [entry.public_bytes(2) for entry in connection._sslobj.get_verified_chain() or []]


def require(pins: frozenset[bytes] | None, chain: Iterable[bytes]) -> None:
    """Raise unless a certificate of `chain` (DER) has a pinned key; without pins there is nothing to ask."""
    if pins is not None and not any(hashlib.sha256(spki(der)).digest() in pins for der in chain):
        raise ConnectionError(NO_PIN)


def spki(der: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a certificate: the field after the subject (RFC 5280, 4.1)."""
    at, _ = _inside(der, 0)
    at, _ = _inside(der, at)
    for _ in range(6 if der[at] == 0xA0 else 5):
        at = _inside(der, at)[1]
    return der[at : _inside(der, at)[1]]


def _inside(der: bytes, at: int) -> tuple[int, int]:
    """Where the content of the element at `at` begins and ends."""
    size, start = der[at + 1], at + 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(der[at + 2 : start], "big")
    return start, start + size
