"""The user's own certificates in a plan: their dates and real pins are read from their PEM files."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from cryptography import x509

from pinlab.core.errors import FileError, place
from pinlab.pins.inputs.der import spki_of
from pinlab.pins.spelling import encode
from pinlab.rotation.plan.model import Plan
from pinlab.rotation.plan.moments import start_of
from pinlab.rotation.plan.pki import PlanCertificate


def spki_pin(holder: x509.Certificate | x509.CertificateSigningRequest) -> str:
    """Give the pin of the public key in a certificate or a request (RFC 7469 2.4), as encoded there."""
    return f"sha256/{encode(hashlib.sha256(spki_of(holder)).digest())}"


def with_certificate_files(plan: Plan, path: Path) -> Plan:
    """Give the plan with dates and pins of every `chain_file` filled in; FileError names a bad one."""
    for name, certificate in plan.certificates.items():
        if certificate.chain_file:
            where = place(path.name, f"certificates.{name}", "chain_file")
            chain = _read(path.parent / certificate.chain_file, where)
            plan = _filled(plan, name, certificate, chain, where)
    return plan


def _read(file: Path, where: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(file.read_bytes())
    except OSError as failure:
        raise FileError(f"{where}{file} cannot be read: {failure.strerror}") from failure
    except ValueError as failure:
        raise FileError(f"{where}{file} holds no PEM certificate: expected a chain, leaf first") from failure


def _filled(
    plan: Plan, name: str, certificate: PlanCertificate, chain: list[x509.Certificate], where: str
) -> Plan:
    leaf, t0 = chain[0], start_of(plan.t0)
    dates = {
        "not_before": round((leaf.not_valid_before_utc - t0).total_seconds()),
        "not_after": round((leaf.not_valid_after_utc - t0).total_seconds()),
        "lifetime": None,
    }
    keys, issuers = dict(plan.keys), dict(plan.issuers)
    _pin(keys, certificate.key, spki_pin(leaf), where)
    above: str | None = certificate.issuer
    for entry in chain[1:]:
        if above is None:
            break
        _pin(issuers, above, spki_pin(entry), where)
        above = issuers[above].parent
    certificates = {**plan.certificates, name: certificate.model_copy(update=dates)}
    return plan.model_copy(update={"keys": keys, "issuers": issuers, "certificates": certificates})


def _pin(table: dict[str, Any], name: str, pin: str, where: str) -> None:
    known = table[name].spki
    if known is not None and known != pin:
        raise FileError(
            f'{where}the file has {pin}, but "{name}" is {known}; one of the two names another key'
        )
    table[name] = table[name].model_copy(update={"spki": pin})
