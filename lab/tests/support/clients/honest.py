"""Does everything right as far as Python can: the pin is checked after the handshake, before the request."""

from __future__ import annotations

import sys

from plain import order, visit

sys.exit(0 if visit(order()) else 1)
