"""urllib3 with assert_fingerprint: one SHA-256 of the whole leaf certificate."""

from __future__ import annotations

from typing import ClassVar

from adapters.base import Known
from adapters.fetched import FromPyPI
from adapters.leaf_only import LEAF_ONLY

URLLIB3_WORDS = (
    ("Fingerprints did not match", "pin_mismatch"),
    ("Fingerprint of invalid length", "config_invalid"),
    ("non-hexadecimal number", "config_invalid"),
    ("Tunnel connection failed", "proxy_refused"),
    ("TimeoutError", "transport_failed"),
)


class Urllib3(FromPyPI):
    """The newest urllib3 of its lock."""

    name = "urllib3"
    lock = "urllib3"
    driver = "urllib3_pool.py"
    proxies = ("http", "https")
    lacks: ClassVar[dict[str, str]] = {"ca_pins": LEAF_ONLY}
    words = URLLIB3_WORDS
    KNOWN: ClassVar[tuple[Known, ...]] = ()
