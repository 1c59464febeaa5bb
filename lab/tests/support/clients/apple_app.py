"""An app that obeys Apple's NSPinnedDomains by a reader of its own, or takes either list for enough.

apple_app.py ADDRESS PORT HOST CA_FILE PIN_FILE CANARY [either_list]
"""

from __future__ import annotations

import base64
import hashlib
import plistlib
import ssl
import sys
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from plain import Order, connect, get

LISTS = {"NSPinnedLeafIdentities": slice(0, 1), "NSPinnedCAIdentities": slice(1, None)}
enough = any if "either_list" in sys.argv[7:] else all


def entry_for(host: str, file: Path) -> dict[str, Any] | None:
    """The dictionary of a host; with subdomains it is for one label more."""
    domains = plistlib.loads(file.read_bytes())["NSAppTransportSecurity"]["NSPinnedDomains"]
    for name, entry in domains.items():
        below = host.partition(".")[2] == name and entry.get("NSIncludesSubdomains")
        if host == name or below:
            return dict(entry)
    return None


def keys(tls: ssl.SSLSocket) -> list[str]:
    """The pins of the verified chain, the leaf's first."""
    chain = tls._sslobj.get_verified_chain()  # type: ignore[attr-defined]
    loaded = [x509.load_pem_x509_certificate(entry.public_bytes().encode()) for entry in chain]
    ders = [
        certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        for certificate in loaded
    ]
    return [base64.b64encode(hashlib.sha256(der).digest()).decode() for der in ders]


def is_pinned(entry: dict[str, Any], shown: list[str]) -> bool:
    """Each list that is there must have one of its keys in its part of the chain."""
    expected = {name: {item["SPKI-SHA256-BASE64"] for item in entry[name]} for name in LISTS if name in entry}
    return enough(bool(pins & set(shown[LISTS[name]])) for name, pins in expected.items())


address, port, host, ca_file, pin_file, canary = sys.argv[1:7]
order = Order(address, int(port), host, ca_file, frozenset(), canary)
try:
    with connect(order) as tls:
        entry = entry_for(host, Path(pin_file))
        sys.exit(0 if (entry is None or is_pinned(entry, keys(tls))) and get(order, tls) else 1)
except (ssl.SSLError, OSError):
    sys.exit(1)
