"""urllib3 with assert_fingerprint: one SHA-256 of the whole leaf certificate."""

from __future__ import annotations

from typing import ClassVar

from pinlab.clients.api import KnownDeviation
from pinlab.clients.installed_release import FromPyPI
from pinlab.clients.limitations import BAD_PINS
from pinlab.clients.one_certificate import CERTIFICATE_KNOWN, CERTIFICATE_LACKS, ONE_CERTIFICATE

NO_NAMES = "a fingerprint turns the check of the host's name off (urllib3, connection.py: either is asked)"
BAD_TEXT = [pin for pin in BAD_PINS if pin != "empty"]
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
    lacks: ClassVar[dict[str, str]] = {**CERTIFICATE_LACKS, "staging/node_left_behind": ONE_CERTIFICATE}
    words = URLLIB3_WORDS
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = (
        *CERTIFICATE_KNOWN,
        KnownDeviation("pin_set/empty", "BREACHED", "takes an empty fingerprint for none"),
        KnownDeviation("staging/hosts_mixed_up", "BREACHED", NO_NAMES),
        *(
            KnownDeviation(f"pin_set/{name}", "WRONG_REASON", "reads a fingerprint when it compares it")
            for name in BAD_TEXT
        ),
    )
