"""Certificates, requests and keys from the user's files: PEM, DER, CSR, key, PKCS#12; then a chain of them.

Private keys are read for their public half and forgotten.
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

MOST_BYTES = 1 << 20
"""No certificate file of an honest server comes near; a hostile one is not read to its end."""
MOST_OBJECTS = 64
RSA_PSS = bytes.fromhex("06092a864886f70d01010a")
"""The object identifier of RSASSA-PSS (RFC 8017), whose parameters do not survive decoding and encoding."""
SEQUENCE = 0x30
TOO_MUCH_WORK = (
    "its password protection asks for more work than is done for a file, by an iteration count that no honest"
    " tool writes; export it again with one below a million"
)
UNREADABLE = (
    *(ValueError, TypeError, UnsupportedAlgorithm),
    *(x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType),
)
"""What the library raises about bytes that are no certificate, request or key that it knows."""
Holder = TypeVar("Holder", x509.Certificate, x509.CertificateSigningRequest)
Decoder = Callable[[bytes], Any]
Result = TypeVar("Result")
_load_pem, _load_der = serialization.load_pem_private_key, serialization.load_der_private_key


def _at_once(work: Callable[[], Any]) -> Any:
    return work()


@dataclass(frozen=True)
class Lock:
    """The password of a file, and how it is stretched: the file says how much work that is (bounded.py)."""

    password: bytes | None = None
    work: Callable[[Callable[[], Any]], Any] = _at_once

    def opened(self, work: Callable[[], Result]) -> Result:
        """What `work` gives, which needs the password."""
        try:
            done: Result = self.work(work)
        except TooMuchWorkError as failure:
            raise _TooMuchWork(TOO_MUCH_WORK) from failure
        return done


@dataclass
class Objects:
    """What a file holds, in its order."""

    source: str
    certificates: list[x509.Certificate] = field(default_factory=list)
    requests: list[x509.CertificateSigningRequest] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    """Public keys, as SubjectPublicKeyInfo in DER."""

    def __bool__(self) -> bool:
        """Whether it holds anything."""
        return bool(self.certificates or self.requests or self.keys)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Odd but readable certificates are data here, and nothing for the library to warn of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


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


def load_objects(path: Path, lock: Lock | None = None) -> Objects:
    """Read a file; PinFileError if it holds nothing that can be pinned."""
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


def _read_der(data: bytes, found: Objects, lock: Lock) -> None:
    """The first type that fits; each has its own structure, so no two fit."""
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
        certificates, key = lock.opened(lambda: _stored(data, lock.password))
    except _TooMuchWork as failure:
        raise PinFileError(f"{found.source}: PKCS#12 file: {failure}") from failure
    except UNREADABLE as failure:
        text = f"{found.source}: is no PEM, DER, CSR, key or PKCS#12 file that can be read"
        if "password" in str(failure).lower() or "mac" in str(failure).lower():
            text = f"{found.source}: PKCS#12 file: wrong or missing password; give --password-file FILE"
        raise PinFileError(text) from failure
    try:
        found.certificates += [sound(x509.load_der_x509_certificate(one)) for one in certificates]
    except UNREADABLE as failure:
        raise PinFileError(
            f"{found.source}: holds a certificate that cannot be read: {_first(failure)}"
        ) from failure
    if key and not found.certificates:
        found.keys.append(key)
    if not found:
        raise PinFileError(f"{found.source}: the PKCS#12 file holds neither certificate nor key")


def _stored(data: bytes, password: bytes | None) -> tuple[list[bytes], bytes]:
    """The certificates of a PKCS#12 file in DER, and the public half of its key; empty without one."""
    try:
        store = pkcs12.load_pkcs12(data, password)
        stored = [store.cert, *store.additional_certs] if store.cert else store.additional_certs
        key = _public_half(store.key, b"") if store.key else b""
        return [one.certificate.public_bytes(Encoding.DER) for one in stored], key
    except UNREADABLE as failure:
        raise ValueError(str(failure)) from failure


class _Unusable(Exception):
    """A key that cannot be used, for a reason that its owner can fix."""


class _TooMuchWork(_Unusable):
    """A file that would keep this process busy for hours."""


def sound(holder: Holder) -> Holder:
    """The same, after a look at what is decoded late; ValueError where that cannot be read."""
    _ = holder.subject
    if isinstance(holder, x509.Certificate):
        _ = (holder.issuer, holder.not_valid_before_utc, holder.not_valid_after_utc)
    return holder


def pem_body(block: bytes) -> bytes:
    """The DER of a PEM block without headers; empty where there are some."""
    try:
        return base64.b64decode(b"".join(block.split(b"\n")[1:]).split(b"-----")[0], validate=False)
    except binascii.Error:
        return b""


def _public(key: Any, der: bytes) -> bytes:
    """The SubjectPublicKeyInfo: as the file has it, where it has one (PKCS#1 begins with an INTEGER)."""
    if der and der[children(der)[0][0]] == SEQUENCE:
        return der
    spki: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return spki


def _public_half(key: Any, der: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a private key."""
    if RSA_PSS in der:
        raise _Unusable("an RSA-PSS key may have parameters that the pin covers; give its certificate or CSR")
    return _public(key.public_key(), b"")


def _private(data: bytes, der: bytes, lock: Lock, load: Callable[..., Any]) -> bytes:
    """The public half of a private key; `der` is what of its encoding can be read."""
    if lock.password is not None:
        with contextlib.suppress(TypeError):  # a password for a key that has none
            return lock.opened(lambda: _opened(data, lock.password, load))
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
