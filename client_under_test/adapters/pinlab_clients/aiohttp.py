"""aiohttp with ssl=Fingerprint: one SHA-256 of the whole leaf certificate."""

from __future__ import annotations

from typing import ClassVar

from pinlab.clients.api import KnownDeviation
from pinlab.clients.installed_release import FromPyPI
from pinlab.clients.one_certificate import CERTIFICATE_KNOWN, CERTIFICATE_LACKS, FINGERPRINT_IS_ALL


class Aiohttp(FromPyPI):
    """The newest aiohttp of its lock."""

    name = "aiohttp"
    lock = "aiohttp"
    driver = "aiohttp_client.py"
    lacks: ClassVar[dict[str, str]] = CERTIFICATE_LACKS
    words = (
        ("ServerFingerprintMismatch", "pin_mismatch"),
        ("fingerprint has invalid length", "config_invalid"),
        ("md5 and sha1 are insecure", "config_invalid"),
        ("non-hexadecimal number", "config_invalid"),
        ("ClientHttpProxyError", "proxy_refused"),
        ("TimeoutError", "transport_failed"),
    )
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = (
        *CERTIFICATE_KNOWN,
        *FINGERPRINT_IS_ALL,
        KnownDeviation(
            "pin_set/hex_instead_of_base64", "WRONG_REASON", "any 32 bytes in hex are a fingerprint"
        ),
    )
