"""Certificates and keys for the tests of `pinlab.pins`: made by cryptography, once for each process."""

from __future__ import annotations

import datetime
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from pinlab.pins.chain import CertificateChain
from pinlab.pins.chain_building import build_chain
from pinlab.pins.inputs.certificates import Objects

NOW = datetime.datetime(2027, 1, 15, 12, tzinfo=datetime.UTC)
HOST = "shop.test"
DAY = datetime.timedelta(days=1)


def key(number: int, kind: str = "p256") -> Any:
    """A private key; on a curve always the same one, so that no test depends on the letters of a hash."""
    if kind == "rsa2048":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.derive_private_key(number, ec.SECP256R1() if kind == "p256" else ec.SECP384R1())


def name(text: str) -> x509.Name:
    """A subject with a common name alone."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def issue(
    subject: str, holder: Any, issuer: x509.Certificate | None, signer: Any, *, ca: bool, days: int = 90
) -> x509.Certificate:
    """A certificate of `holder`'s key; self-signed where there is no issuer."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(issuer.subject if issuer else name(subject))
        .public_key(holder.public_key())
        .serial_number(len(subject))
        .not_valid_before(NOW - 10 * DAY)
        .not_valid_after(NOW + days * DAY)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if not ca:
        names = x509.SubjectAlternativeName([x509.DNSName(HOST), x509.DNSName(f"www.{HOST}")])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(signer, hashes.SHA256(), ecdsa_deterministic=True)


@dataclass(frozen=True)
class Material:
    """A root, an intermediate, a leaf for shop.test, and keys no one has a certificate for."""

    root: x509.Certificate
    intermediate: x509.Certificate
    leaf: x509.Certificate
    stranger: x509.Certificate
    """Another CA of the intermediate's name, which signed nothing here."""
    leaf_key: Any
    backup_key: Any

    @property
    def chain(self) -> CertificateChain:
        """Leaf, intermediate and root."""
        return build_chain(Objects("next.pem", [self.leaf, self.intermediate, self.root]))

    def write(self, folder: Path, *names: str) -> Path:
        """A PEM file of these certificates."""
        path = folder / "next.pem"
        path.write_bytes(b"".join(getattr(self, entry).public_bytes(Encoding.PEM) for entry in names))
        return path


@functools.cache
def material(kind: str = "p256") -> Material:
    """One hierarchy for each kind of leaf key."""
    root_key, middle_key, leaf_key = key(11), key(12), key(13, kind)
    root = issue("Test Root", root_key, None, root_key, ca=True, days=3650)
    middle = issue("Test CA", middle_key, root, root_key, ca=True, days=1000)
    leaf = issue(HOST, leaf_key, middle, middle_key, ca=False)
    other = key(14)
    return Material(root, middle, leaf, issue("Test CA", other, None, other, ca=True), leaf_key, key(15))


def spki(holder: Any) -> bytes:
    """SubjectPublicKeyInfo of a certificate or key, DER."""
    public = holder.public_key() if hasattr(holder, "public_key") else holder
    der: bytes = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return der


def private_pem(holder: Any, password: bytes | None = None) -> bytes:
    """A private key as PEM, encrypted where there is a password."""
    how = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    pem: bytes = holder.private_bytes(Encoding.PEM, serialization.PrivateFormat.PKCS8, how)
    return pem
