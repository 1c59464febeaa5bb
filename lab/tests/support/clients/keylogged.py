"""An honest client whose TLS library writes its secrets where SSLKEYLOGFILE says, as curl and browsers do."""

from __future__ import annotations

import os
import ssl
import sys

from plain import connect, context, get, is_pinned, order

asked = order()
how = context(asked)
if "SSLKEYLOGFILE" in os.environ:
    how.keylog_filename = os.environ["SSLKEYLOGFILE"]
try:
    with connect(asked, how) as tls:
        sys.exit(0 if is_pinned(asked, tls) and get(asked, tls) else 1)
except (ssl.SSLError, OSError):
    sys.exit(1)
