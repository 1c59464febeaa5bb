"""A client whose pins are compiled in: it knows a URL and a file of CAs, and trusts two keys.

    compiled_in.py URL CA_FILE

Build it once against a world that stays (`pinlab world create DIR`), then `pinlab run --world DIR`.
"""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import ssl
import sys
import urllib.parse
from http.client import HTTPSConnection

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PINS = {"@ACTIVE@", "@BACKUP@"}


class Pinned(HTTPSConnection):
    """Verified by PKI first, then by the two keys; not a byte is sent before both agree."""

    def connect(self) -> None:
        plain = socket.create_connection((os.environ.get("CONNECT_TO", self.host), self.port), timeout=5)
        self.sock = ssl.create_default_context(cafile=sys.argv[2]).wrap_socket(
            plain, server_hostname=self.host
        )
        leaf = x509.load_der_x509_certificate(self.sock.getpeercert(binary_form=True) or b"")
        key = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if "sha256/" + base64.b64encode(hashlib.sha256(key).digest()).decode() not in PINS:
            raise ssl.SSLError("no pinned key")


url = urllib.parse.urlsplit(sys.argv[1])
try:
    client = Pinned(url.hostname or "", url.port)
    client.request("GET", url.path)
    sys.exit(0 if client.getresponse().status == 200 else 1)
except OSError as error:
    print(error, file=sys.stderr)
    sys.exit(1)
