"""requests with an HTTPAdapter that hands assert_fingerprint to urllib3, which is all that pins here."""

from __future__ import annotations

from adapters.urllib3 import Urllib3


class Requests(Urllib3):
    """The newest requests of its lock: what holds for urllib3 holds for it."""

    name = "requests"
    lock = "requests"
    driver = "requests_adapter.py"
    sessions = True
