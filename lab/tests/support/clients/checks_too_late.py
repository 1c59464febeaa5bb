"""Asks first and looks at the pin afterwards: the secret is gone when it refuses."""

from __future__ import annotations

import ssl
import sys

from plain import connect, get, is_pinned, order

asked = order()
try:
    with connect(asked) as tls:
        answered = get(asked, tls)
        sys.exit(0 if answered and is_pinned(asked, tls) else 1)
except (ssl.SSLError, OSError):
    sys.exit(1)
