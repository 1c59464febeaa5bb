"""The part of DER that hashes need: a public key exactly as its certificate encodes it.

Decoding and encoding a key may change it (RSA-PSS loses its parameters, a curve point its form), and then its
hash changes. So the bytes are copied from the certificate, which its parser has checked before.
"""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

_VERSION = 0xA0
"""The tag of the one optional element before the key in a TBSCertificate (RFC 5280 4.1)."""


def spki_of(holder: x509.Certificate | x509.CertificateSigningRequest) -> bytes:
    """The SubjectPublicKeyInfo of a certificate or a request, byte for byte."""
    outside = holder.public_bytes(Encoding.DER)
    inside = children(outside, *children(outside)[0])
    if isinstance(holder, x509.CertificateSigningRequest):
        start, end = inside[2]  # version, subject, key (RFC 2986 4.1)
    else:
        start, end = inside[6 if outside[inside[0][0]] == _VERSION else 5]
    return outside[start:end]


def bare_bits(spki: bytes) -> bytes:
    """The content of the BIT STRING of a SubjectPublicKeyInfo, without the byte of unused bits."""
    start, end = children(spki)[1]
    content, _ = _content(spki, start)
    return spki[content + 1 : end]


def children(der: bytes, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """(start, end) of each element inside the constructed element at `start`."""
    at, stop = _content(der, start)
    found = []
    while at < (stop if end is None else min(stop, end)):
        _, end_of_element = _content(der, at)
        found.append((at, end_of_element))
        at = end_of_element
    return found


def _content(der: bytes, at: int) -> tuple[int, int]:
    """(start, end) of the content of the element at an offset."""
    first = der[at + 1]
    if first < 0x80:
        return at + 2, at + 2 + first
    size = first & 0x7F
    start = at + 2 + size
    return start, start + int.from_bytes(der[at + 2 : start], "big")
