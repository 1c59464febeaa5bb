"""Opens a connection ahead of time and never uses it, as browsers do."""

from __future__ import annotations

import ssl
import sys

from plain import connect, order, visit

asked = order()
try:
    spare = connect(asked)
except (ssl.SSLError, OSError):
    sys.exit(1)
good = visit(asked)
spare.close()
sys.exit(0 if good else 1)
