"""The hashes of a certificate, CSR or key in every notation of a pin file. Pure."""

from __future__ import annotations

from typing import Any

from pinlab.pins.chain import CertificateChain, Link
from pinlab.pins.model import Kind
from pinlab.pins.notations import PinForms
from pinlab.pins.spelling import encode


def forms(link: Link) -> dict[str, str]:
    """The hashes of one link by the name of their notation."""
    spki = link.digest(Kind.SPKI)
    if spki is None:
        return {}
    pin = PinForms(f"sha256/{encode(spki)}")
    rows = {
        "pin": pin.plain,
        "curl": pin.curl,
        "base64": pin.bare,
        "hpkp": f'pin-sha256="{pin.bare}"',
        "openconnect": f"pin-sha256:{pin.bare}",
        "hex": pin.hex,
    }
    certificate, sha1 = link.digest(Kind.CERTIFICATE), link.digest(Kind.CERTIFICATE, "sha1")
    if certificate and sha1:
        rows["certificate"] = certificate.hex(":").upper()
        rows["mercurial"] = f"sha256:{certificate.hex(':')}"
        rows["thumbprint"] = sha1.hex().upper()
    return rows


def render(chain: CertificateChain) -> str:
    """All links as text, the leaf first."""
    lines: list[str] = []
    for index, link in enumerate(chain.links):
        until = f", until {link.not_after:%Y-%m-%d}" if link.not_after else ""
        lines.append(f"{chain.position(index)}: {link.name}{until}")
        lines += [f"  {name:<12}{value}" for name, value in forms(link).items()]
    return "\n".join([*lines, *(f"remark: {remark}" for remark in chain.remarks)])


def as_json(chain: CertificateChain) -> dict[str, Any]:
    """All links as JSON."""
    links = [
        {
            "position": chain.position(index),
            "name": link.name,
            "is_ca": link.is_ca,
            "not_before": link.not_before.isoformat() if link.not_before else None,
            "not_after": link.not_after.isoformat() if link.not_after else None,
            "pins": forms(link),
        }
        for index, link in enumerate(chain.links)
    ]
    return {"source": chain.source, "what": chain.what, "names": list(chain.names), "links": links}
