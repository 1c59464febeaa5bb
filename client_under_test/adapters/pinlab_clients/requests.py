"""requests with an HTTPAdapter that hands assert_fingerprint to urllib3, which is all that pins here."""

from __future__ import annotations

from typing import ClassVar

from pinlab.clients.api import KnownDeviation

from pinlab_clients.urllib3 import NO_NAMES, Urllib3


class Requests(Urllib3):
    """The newest requests of its lock: what holds for urllib3 holds for it, and it keeps connections."""

    name = "requests"
    lock = "requests"
    driver = "requests_adapter.py"
    sessions = True
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = (
        *Urllib3.KNOWN,
        KnownDeviation("session/cross_host", "BREACHED", NO_NAMES),
    )
