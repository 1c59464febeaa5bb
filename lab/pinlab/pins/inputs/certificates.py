"""Certificates, requests and keys from the user's files: PEM, DER or PKCS#12.

Of a private key only the public half is kept.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12

from pinlab.pins.errors import PinFileError, TooMuchWorkError
from pinlab.pins.inputs.der import children
from pinlab.pins.source import read_bytes

MOST_OBJECTS = 64
RSA_PSS = bytes.fromhex("06092a864886f70d01010a")
"""The object identifier of RSASSA-PSS (RFC 8017), whose parameters do not survive decoding and encoding."""
SEQUENCE = 0x30
TOO_MUCH_WORK = (
    "its password protection needs more work than is allowed for a file: the iteration count is far above what"
    " tools write; export it again with a count below a million"
)
UNREADABLE = (
    *(ValueError, TypeError, UnsupportedAlgorithm),
    *(x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType),
)
"""What the library raises for bytes that are not a certificate, request or key that it knows."""
Holder = TypeVar("Holder", x509.Certificate, x509.CertificateSigningRequest)
Decoder = Callable[[bytes], Any]
Result = TypeVar("Result")
_load_pem, _load_der = serialization.load_pem_private_key, serialization.load_der_private_key


def _run_here(work: Callable[[], Any]) -> Any:
    return work()


@dataclass(frozen=True)
class Lock:
    """The password of a file, and how work with it is run; the file sets the amount of work (isolated.py)."""

    password: bytes | None = None
    work: Callable[[Callable[[], Any]], Any] = _run_here

    def run(self, work: Callable[[], Result]) -> Result:
        """The result of work that needs the password; _TooMuchWork if it takes too long."""
        try:
            result: Result = self.work(work)
        except TooMuchWorkError as failure:
            raise _TooMuchWork(TOO_MUCH_WORK) from failure
        return result


@dataclass
class Objects:
    """What a file has, in its order."""

    source: str
    certificates: list[x509.Certificate] = field(default_factory=list)
    requests: list[x509.CertificateSigningRequest] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    """Public keys, as SubjectPublicKeyInfo in DER."""

    def __bool__(self) -> bool:
        """Whether there is any object."""
        return bool(self.certificates or self.requests or self.keys)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Without the library's warnings: unusual certificates are ordinary input here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def load_objects(path: Path, lock: Lock | None = None) -> Objects:
    """Read a file; PinFileError if it has nothing that can be pinned."""
    return parse_objects(read_bytes(path), str(path), lock)


def parse_objects(data: bytes, source: str, lock: Lock | None = None) -> Objects:
    """Read the bytes of a file."""
    found = Objects(source)
    with quiet():
        (_read_pem if b"-----BEGIN " in data else _read_der)(data, found, lock or Lock())
    return found


def _read_pem(data: bytes, found: Objects, lock: Lock) -> None:
    for count, (label, block, line) in enumerate(pem_blocks(data)):
        if count == MOST_OBJECTS:
            raise PinFileError(f"{found.source}, line {line}: more than {MOST_OBJECTS} objects")
        try:
            if label == "CERTIFICATE":
                found.certificates.append(sound(x509.load_pem_x509_certificate(block)))
            elif label in ("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"):
                found.requests.append(sound(x509.load_pem_x509_csr(block)))
            elif label.endswith("PUBLIC KEY"):
                found.keys.append(_public(serialization.load_pem_public_key(block), pem_body(block)))
            elif label.endswith("PRIVATE KEY"):
                found.keys.append(_private(block, pem_body(block), lock, _load_pem))
        except _Unusable as failure:
            raise PinFileError(f"{found.source}, line {line}: {failure}") from failure
        except UNREADABLE as failure:
            text = f'{found.source}, line {line}: the PEM block "{label}" cannot be read: {_first(failure)}'
            raise PinFileError(text) from failure
    if not found:
        raise PinFileError(f"{found.source}: no PEM block can be pinned; give a certificate, CSR or key")


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


def _read_der(data: bytes, found: Objects, lock: Lock) -> None:
    """The object of the first type that can be decoded; no data is valid as two types."""
    attempts: tuple[tuple[list[Any], Decoder], ...] = (
        (found.certificates, lambda der: sound(x509.load_der_x509_certificate(der))),
        (found.requests, lambda der: sound(x509.load_der_x509_csr(der))),
        (found.keys, lambda der: _public(serialization.load_der_public_key(der), der)),
        (
            found.keys,
            lambda der: _private(der, der, lock, _load_der),
        ),
    )
    for target, decode in attempts:
        try:
            target.append(decode(data))
            return
        except _TooMuchWork as failure:
            raise PinFileError(f"{found.source}: {failure}") from failure
        except (_Unusable, *UNREADABLE):
            continue
    _read_pkcs12(data, found, lock)


def _read_pkcs12(data: bytes, found: Objects, lock: Lock) -> None:
    try:
        certificates, key = lock.run(lambda: _stored(data, lock.password))
    except _TooMuchWork as failure:
        raise PinFileError(f"{found.source}: PKCS#12 file: {failure}") from failure
    except UNREADABLE as failure:
        text = f"{found.source}: is not a PEM, DER, CSR, key or PKCS#12 file that can be read"
        if "password" in str(failure).lower() or "mac" in str(failure).lower():
            text = f"{found.source}: PKCS#12 file: wrong or missing password; give --password-file FILE"
        raise PinFileError(text) from failure
    try:
        found.certificates += [sound(x509.load_der_x509_certificate(der)) for der in certificates]
    except UNREADABLE as failure:
        raise PinFileError(
            f"{found.source}: has a certificate that cannot be read: {_first(failure)}"
        ) from failure
    if key and not found.certificates:
        found.keys.append(key)
    if not found:
        raise PinFileError(f"{found.source}: the PKCS#12 file has neither a certificate nor a key")


def _stored(data: bytes, password: bytes | None) -> tuple[list[bytes], bytes]:
    """The certificates of a PKCS#12 file in DER, and the public half of its key; empty without one."""
    try:
        store = pkcs12.load_pkcs12(data, password)
        stored = [store.cert, *store.additional_certs] if store.cert else store.additional_certs
        key = _public_half(store.key, b"") if store.key else b""
        return [entry.certificate.public_bytes(Encoding.DER) for entry in stored], key
    except UNREADABLE as failure:
        raise ValueError(str(failure)) from failure


class _Unusable(Exception):
    """A key that cannot be used, for a reason that its owner can correct."""


class _TooMuchWork(_Unusable):
    """A file whose password needs too much work."""


def sound(holder: Holder) -> Holder:
    """The same object, after its lazily decoded fields were read; ValueError if one cannot be."""
    _ = holder.subject
    if isinstance(holder, x509.Certificate):
        _ = (holder.issuer, holder.not_valid_before_utc, holder.not_valid_after_utc)
    return holder


def pem_body(block: bytes) -> bytes:
    """The DER of a PEM block without headers; empty if there are headers."""
    try:
        return base64.b64decode(b"".join(block.split(b"\n")[1:]).split(b"-----")[0], validate=False)
    except binascii.Error:
        return b""


def _public(key: Any, der: bytes) -> bytes:
    """The SubjectPublicKeyInfo, as the file has it if it has one (PKCS#1 begins with an INTEGER)."""
    if der and der[children(der)[0][0]] == SEQUENCE:
        return der
    spki: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return spki


def _public_half(key: Any, der: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a private key."""
    if RSA_PSS in der:
        raise _Unusable(
            "an RSA-PSS key may have parameters that are part of the pin; give its certificate or CSR"
        )
    return _public(key.public_key(), b"")


def _private(data: bytes, der: bytes, lock: Lock, load: Callable[..., Any]) -> bytes:
    """The public half of a private key; `der` is its encoding, empty if that is encrypted."""
    if lock.password is not None:
        with contextlib.suppress(TypeError):  # a password for a key that has none
            return lock.run(lambda: _opened(data, lock.password, load))
    try:
        return _public_half(load(data, None), der)
    except TypeError as failure:
        raise _Unusable("the key is encrypted; give --password-file FILE") from failure


def _opened(data: bytes, password: bytes | None, load: Callable[..., Any]) -> bytes:
    try:
        return _public_half(load(data, password), b"")
    except UnsupportedAlgorithm as failure:
        raise ValueError(str(failure)) from failure


def _first(failure: Exception) -> str:
    return (str(failure).splitlines() or ["unreadable"])[0][:200]
