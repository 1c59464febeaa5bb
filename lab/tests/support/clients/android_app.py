"""An app that obeys Android's network security config by a reader of its own, or misreads it in one way.

    android_app.py ADDRESS PORT HOST CA_FILE PIN_FILE CANARY [FLAW]

The nearest domain wins; a set without pins, or behind its date, lets everything through.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import ssl
import sys
import xml.etree.ElementTree as Tree
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from plain import Order, connect, get

flaw = sys.argv[7] if len(sys.argv) > 7 else ""


def pins_for(host: str, file: Path) -> list[str] | None:
    """The pins in force for a host; None: none are."""
    best: tuple[int, Tree.Element, Tree.Element | None] | None = None
    stack: list[tuple[Tree.Element, Tree.Element | None]] = [(Tree.parse(file).getroot(), None)]
    while stack:
        config, inherited = stack.pop()
        own = config.find("pin-set")
        pin_set = inherited if own is None else own
        for domain in config.findall("domain"):
            name = (domain.text or "").strip().lower()
            deep = domain.get("includeSubdomains") == "true" and flaw != "ignores_subdomains"
            if (host == name or (deep and host.endswith("." + name))) and (not best or len(name) > best[0]):
                best = len(name), domain, pin_set
        stack += [(child, pin_set) for child in config.findall("domain-config")]
    found = best[2] if best else None
    if found is None:
        return None
    date = found.get("expiration")
    behind = (
        date is not None and datetime.date.fromisoformat(date) <= datetime.datetime.now(datetime.UTC).date()
    )
    if behind and flaw == "stays_shut":
        sys.exit(1)
    if behind and flaw != "ignores_date":
        return None
    return [(pin.text or "").strip() for pin in found.findall("pin")][
        : 1 if flaw == "first_pin" else None
    ] or None


def keys(tls: ssl.SSLSocket) -> set[str]:
    """The pins that the verified chain could match."""
    chain = tls._sslobj.get_verified_chain()  # type: ignore[attr-defined]
    loaded = [x509.load_pem_x509_certificate(entry.public_bytes().encode()) for entry in chain]
    ders = [
        certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        for certificate in loaded
    ]
    return {base64.b64encode(hashlib.sha256(der).digest()).decode() for der in ders}


address, port, host, ca_file, pin_file, canary = sys.argv[1:7]
order = Order(address, int(port), host, ca_file, frozenset(), canary)
try:
    with connect(order) as tls:
        pinned = pins_for(host, Path(pin_file))
        sys.exit(0 if (pinned is None or keys(tls) & set(pinned)) and get(order, tls) else 1)
except (ssl.SSLError, OSError):
    sys.exit(1)
