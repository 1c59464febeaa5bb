"""Certificates, requests and keys from the user's files: PEM, DER, CSR, key, PKCS#12; then a chain of them.

Private keys are read for their public half and forgotten. Refuses to guess the type of a file that is none.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from pinlab.pins.errors import PinFileError

MOST_BYTES = 1 << 20
"""No certificate file of an honest server comes near; a hostile one is not read to its end."""
MOST_OBJECTS = 64
PEM_OBJECTS = (b"CERTIFICATE", b"CERTIFICATE REQUEST", b"PUBLIC KEY", b"PRIVATE KEY")
Decoder = Callable[[bytes], Any]


@dataclass
class Objects:
    """What a file holds, in its order."""

    source: str
    certificates: list[x509.Certificate] = field(default_factory=list)
    requests: list[x509.CertificateSigningRequest] = field(default_factory=list)
    keys: list[Any] = field(default_factory=list)
    """Public keys."""

    def __bool__(self) -> bool:
        """Whether it holds anything."""
        return bool(self.certificates or self.requests or self.keys)


def read_bytes(path: Path) -> bytes:
    """At most MOST_BYTES of a regular file; PinFileError names what is wrong with it."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as failure:
        raise PinFileError(f"{path}: cannot be read: {failure.strerror}") from failure
    if len(data) > MOST_BYTES:
        raise PinFileError(
            f"{path}: more than {MOST_BYTES >> 20} MiB; no certificate or pin file is that long"
        )
    return data


def load_objects(path: Path, password: bytes | None = None) -> Objects:
    """Read a file; PinFileError if it holds nothing that can be pinned."""
    return parse_objects(read_bytes(path), str(path), password)


def parse_objects(data: bytes, source: str, password: bytes | None = None) -> Objects:
    """Read the bytes of a file."""
    found = Objects(source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd but readable certificates are data here
        if b"-----BEGIN " in data:
            _read_pem(data, found, password)
        else:
            _read_der(data, found, password)
    return found


def _read_pem(data: bytes, found: Objects, password: bytes | None) -> None:
    for count, (label, block, line) in enumerate(pem_blocks(data)):
        if count == MOST_OBJECTS:
            raise PinFileError(f"{found.source}, line {line}: more than {MOST_OBJECTS} objects")
        try:
            if label == "CERTIFICATE":
                found.certificates.append(x509.load_pem_x509_certificate(block))
            elif label in ("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"):
                found.requests.append(x509.load_pem_x509_csr(block))
            elif label.endswith("PUBLIC KEY"):
                found.keys.append(serialization.load_pem_public_key(block))
            elif label.endswith("PRIVATE KEY"):
                found.keys.append(_private(block, password, serialization.load_pem_private_key).public_key())
        except _NeedsPassword as failure:
            raise PinFileError(f"{found.source}, line {line}: {failure}") from failure
        except (ValueError, TypeError, UnsupportedAlgorithm) as failure:
            text = f'{found.source}, line {line}: the PEM block "{label}" cannot be read: {_first(failure)}'
            raise PinFileError(text) from failure
    if not found:
        raise PinFileError(
            f"{found.source}: no PEM block that can be pinned; wanted a certificate, CSR or key"
        )


def pem_blocks(data: bytes) -> Iterable[tuple[str, bytes, int]]:
    """(label, block with its dashes, line) of each PEM block."""
    label, start, lines = "", 0, data.splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text.startswith(b"-----BEGIN ") and text.endswith(b"-----"):
            label, start = text[11:-5].decode("ascii", "replace"), number
        elif label and text == b"-----END " + label.encode() + b"-----":
            yield label, b"".join(lines[start - 1 : number]), start
            label = ""
    if label:
        yield label, b"".join(lines[start - 1 :]), start


def _read_der(data: bytes, found: Objects, password: bytes | None) -> None:
    """The first type that fits; each has its own structure, so no two fit."""
    attempts: tuple[tuple[list[Any], Decoder], ...] = (
        (found.certificates, x509.load_der_x509_certificate),
        (found.requests, x509.load_der_x509_csr),
        (found.keys, serialization.load_der_public_key),
        (found.keys, lambda der: _private(der, password, serialization.load_der_private_key).public_key()),
    )
    for target, decode in attempts:
        try:
            target.append(decode(data))
            return
        except (_NeedsPassword, ValueError, TypeError, UnsupportedAlgorithm):
            continue
    _read_pkcs12(data, found, password)


def _read_pkcs12(data: bytes, found: Objects, password: bytes | None) -> None:
    try:
        store = pkcs12.load_pkcs12(data, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as failure:
        text = f"{found.source}: is no PEM, DER, CSR, key or PKCS#12 file that can be read"
        if "password" in str(failure).lower() or "mac" in str(failure).lower():
            text = f"{found.source}: PKCS#12 file: wrong or missing password; give --password-file FILE"
        raise PinFileError(text) from failure
    if store.cert:
        found.certificates.append(store.cert.certificate)
    found.certificates += [one.certificate for one in store.additional_certs]
    if store.key and not found.certificates:
        found.keys.append(store.key.public_key())
    if not found:
        raise PinFileError(f"{found.source}: the PKCS#12 file holds neither certificate nor key")


class _NeedsPassword(Exception):
    """An encrypted key without its password."""


def _private(data: bytes, password: bytes | None, load: Callable[..., Any]) -> Any:
    try:
        return load(data, password)
    except TypeError as failure:
        if password is not None:  # a password for a key that has none
            return load(data, None)
        raise _NeedsPassword("the key is encrypted; give --password-file FILE") from failure


def _first(failure: Exception) -> str:
    return (str(failure).splitlines() or ["unreadable"])[0][:200]
