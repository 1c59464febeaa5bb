"""Chains built from certificates: the leaf first, each issuer found by its signature, others left out.

A server may send certificates in any order, unrelated ones too. Pins are compared with the path that can be
built, not with the list that was sent (CVE-2016-2402).
"""

from __future__ import annotations

import base64
import datetime
import hashlib
from collections.abc import Sequence
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

from pinlab.core.text import printable
from pinlab.pins.chain import CertificateChain, Link
from pinlab.pins.errors import PinFileError
from pinlab.pins.inputs.certificates import UNREADABLE, Objects, quiet
from pinlab.pins.inputs.der import bare_bits, spki_of
from pinlab.pins.model import Kind

LONGEST = 10


def build_chain(found: Objects, trusted: Sequence[x509.Certificate] = ()) -> CertificateChain:
    """The chain of a file: of its certificates, else of its CSR, else of its key."""
    if found.certificates:
        return _of_certificates(found, trusted)
    what: Literal["csr", "key"] = "csr" if found.requests else "key"
    count = len(found.requests or found.keys)
    if count != 1:
        text = f"{found.source}: has {count} objects of type {what} and no certificate that selects one"
        raise PinFileError(f"{text}; give a file with one of them")
    if what == "key":
        return CertificateChain(found.source, (spki_link(found.keys[0], "key"),), "key", complete=False)
    request = found.requests[0]
    link = spki_link(spki_of(request), f"CSR {_name(request.subject)}")
    return CertificateChain(found.source, (link,), "csr", _names(request), complete=False)


def certificate_link(certificate: x509.Certificate) -> Link:
    """One certificate with all its hashes."""
    der = certificate.public_bytes(Encoding.DER)
    key = spki_link(spki_of(certificate), _name(certificate.subject))
    pem = certificate.public_bytes(Encoding.PEM)
    return Link(
        key.name,
        (*key.digests, *((Kind.CERTIFICATE, name, hashlib.new(name, der).digest()) for name in _ALGORITHMS)),
        (*key.lookalikes, *_texts("the PEM text of the certificate", pem)),
        is_ca=_is_ca(certificate),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


_ALGORITHMS = ("sha256", "sha1", "md5", "sha512")


def spki_link(spki: bytes, title: str) -> Link:
    """A SubjectPublicKeyInfo with all its hashes."""
    bits, algorithms = bare_bits(spki), ("sha256", "sha1")
    digests = [(Kind.SPKI, name, hashlib.new(name, spki).digest()) for name in algorithms]
    digests += [(Kind.RAW_KEY, name, hashlib.new(name, bits).digest()) for name in algorithms]
    body = base64.b64encode(spki)
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    pem = b"\n".join([b"-----BEGIN PUBLIC KEY-----", *lines, b"-----END PUBLIC KEY-----", b""])
    return Link(title, tuple(digests), _texts("the PEM text of the key", pem))


def _texts(what: str, pem: bytes) -> tuple[tuple[str, bytes], ...]:
    return (
        (what, hashlib.sha256(pem).digest()),
        (f"{what} without its last newline", hashlib.sha256(pem.rstrip(b"\n")).digest()),
    )


def _of_certificates(found: Objects, trusted: Sequence[x509.Certificate]) -> CertificateChain:
    leaf, rest = found.certificates[0], [*found.certificates[1:], *trusted]
    path = [leaf]
    while not _signed_by(path[-1], path[-1]) and len(path) < LONGEST:
        issuer = next((other for other in rest if other not in path and _signed_by(path[-1], other)), None)
        if issuer is None:
            break
        path.append(issuer)
    remarks = [
        f"{_name(certificate.subject)} is not on the path from the leaf and was left out"
        for certificate in found.certificates
        if certificate not in path
    ]
    if _is_ca(leaf):
        remarks.append(
            "the first certificate is a CA certificate; the server's own certificate should come first"
        )
    return CertificateChain(
        found.source,
        tuple(certificate_link(certificate) for certificate in path),
        "certificates",
        _names(leaf),
        _signed_by(path[-1], path[-1]),
        tuple(remarks),
    )


def _signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, *UNREADABLE):
        return False
    return True


def _is_ca(certificate: x509.Certificate) -> bool:
    try:
        with quiet():
            return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, *UNREADABLE):
        return False


def _names(holder: x509.Certificate | x509.CertificateSigningRequest) -> tuple[str, ...]:
    """DNS names and addresses; empty where the extension is missing or cannot be read."""
    try:
        with quiet():
            names = holder.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, *UNREADABLE):
        return ()
    dns = [str(name) for name in names.get_values_for_type(x509.DNSName)]
    return (*dns, *(str(address) for address in names.get_values_for_type(x509.IPAddress)))


def _name(subject: x509.Name) -> str:
    return printable(subject.rfc4514_string() or "no subject", 120)


def out_of_date(link: Link, at: datetime.datetime) -> str:
    """Why a link is not valid at a moment; empty where it is valid."""
    if link.not_before and at < link.not_before:
        return f"{link.name} is valid only from {link.not_before:%Y-%m-%d %H:%M} UTC"
    if link.not_after and at > link.not_after:
        return f"{link.name} expired on {link.not_after:%Y-%m-%d %H:%M} UTC"
    return ""
