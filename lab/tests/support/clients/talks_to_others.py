"""Also reports to a host of its own, without pins and without the secret: no one's business here."""

from __future__ import annotations

import ssl
import sys

from plain import connect, get, order, visit

asked = order()
careless = ssl._create_unverified_context()
with connect(asked, careless, host="statistics.test") as tls:
    get(asked, tls, path="/statistics")
sys.exit(0 if visit(asked) else 1)
