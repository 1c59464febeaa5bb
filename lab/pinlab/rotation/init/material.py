"""What `--init` is given: a certificate with its chain, a server that shows one, or a request (CSR) for one.

It reads public material only; a private key is refused, for a plan needs none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import NameOID

from pinlab.core.errors import FileError
from pinlab.pins.inputs.fetch import fetch_objects, server_named
from pinlab.rotation.plan.certificate_files import spki_pin

_CURVES = {"secp256r1": "p256", "secp384r1": "p384"}
_RSA = (2048, 3072, 4096)


@dataclass(frozen=True)
class Authority:
    """An issuer as the file has it; `spki` is None where its certificate is not in the file."""

    name: str
    spki: str | None


@dataclass(frozen=True)
class Material:
    """A leaf, issued or only asked for."""

    spki: str
    alg: str | None
    """The plan's word for the algorithm; None where the plan has none."""
    hosts: tuple[str, ...]
    validity: tuple[datetime, datetime] | None
    """None for a request."""
    issuers: tuple[Authority, ...]
    """From the leaf's issuer upwards, as far as the file goes."""


def material_of(named: str, may_test: Sequence[str] = ()) -> Material:
    """Read a PEM file, or take what HOST:PORT shows now where no file has that name.

    FileError: neither can be used. A server beyond loopback must be among `may_test`.
    """
    server = server_named(named)
    if server is None or Path(named).exists():
        return read_material(Path(named))
    return _chain(list(fetch_objects(server, may_test).certificates))


def read_material(path: Path) -> Material:
    """Read a PEM file; FileError says what is expected in it."""
    try:
        text = path.read_bytes()
    except OSError as failure:
        raise FileError(f"{path}: cannot be read: {failure.strerror}") from failure
    try:
        if b"BEGIN CERTIFICATE REQUEST" in text or b"BEGIN NEW CERTIFICATE REQUEST" in text:
            return _request(x509.load_pem_x509_csr(text))
        return _chain(x509.load_pem_x509_certificates(text))
    except ValueError as failure:
        key = b"PRIVATE KEY" in text
        hint = "; it holds a private key, which a plan does not need" if key else ""
        raise FileError(
            f"{path}: expected a PEM certificate (leaf first, then its issuers) or a CSR{hint}"
        ) from failure


def _request(request: x509.CertificateSigningRequest) -> Material:
    return Material(*_key(request), _hosts(request.extensions), None, ())


def _chain(chain: list[x509.Certificate]) -> Material:
    leaf = chain[0]
    above = [Authority(_name(certificate.subject), _key(certificate)[0]) for certificate in chain[1:]]
    top = chain[-1]
    if top.issuer != top.subject or len(chain) == 1:
        above.append(Authority(_name(top.issuer), None))
    validity = (leaf.not_valid_before_utc, leaf.not_valid_after_utc)
    return Material(*_key(leaf), _hosts(leaf.extensions), validity, tuple(above))


def _key(holder: x509.Certificate | x509.CertificateSigningRequest) -> tuple[str, str | None]:
    """Give the pin of the public key in it, and the key's algorithm."""
    return spki_pin(holder), _algorithm(holder.public_key())


def _algorithm(key: object) -> str | None:
    """Give the plan's word for a key's algorithm; ValueError: a kind of key that no TLS server has."""
    if isinstance(key, EllipticCurvePublicKey):
        return _CURVES.get(key.curve.name)
    if isinstance(key, RSAPublicKey):
        return f"rsa{key.key_size}" if key.key_size in _RSA else None
    if isinstance(key, Ed25519PublicKey):
        return "ed25519"
    raise ValueError(f"a key of kind {type(key).__name__}")


def _hosts(extensions: x509.Extensions) -> tuple[str, ...]:
    try:
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(name for name in names.get_values_for_type(x509.DNSName) if "*" not in name)


def _name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME) or name.get_attributes_for_oid(
        NameOID.ORGANIZATION_NAME
    )
    return str(found[0].value) if found else name.rfc4514_string() or "issuer"
