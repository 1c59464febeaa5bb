"""Python: the ssl module gives only the leaf, so the key of the leaf is pinned."""

from __future__ import annotations

from pinlab.pins.formats.base import Capabilities, Format
from pinlab.pins.model import PinSet, Semantics
from pinlab.pins.snippets import fill

_TEMPLATE = '''\
import base64
import hashlib
import socket
import ssl

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

# SHA-256 of SubjectPublicKeyInfo, base64, of the server's own key.
PINS = {
@PINS@
}


def check_pin(certificate: bytes) -> None:
    """Raise ssl.SSLError unless the key of a certificate (DER) is pinned."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if base64.b64encode(hashlib.sha256(spki).digest()).decode() not in PINS:
        raise ssl.SSLError("the server's key is not pinned")


def connect(host: str, port: int = 443, timeout: float = 10.0) -> ssl.SSLSocket:
    """Connect, validate as usual, then check the pin before a byte is sent."""
    plain = socket.create_connection((host, port), timeout=timeout)
    secure = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    try:
        check_pin(secure.getpeercert(binary_form=True) or b"")
    except BaseException:
        secure.close()
        raise
    return secure
'''


def write(pinset: PinSet) -> str:
    """A module."""
    return fill(_TEMPLATE, pinset, '    "@PIN@",')


FORMAT = Format("python", "Python ssl", Capabilities(leaf_only=True), Semantics.SPKI_LEAF, write=write)
