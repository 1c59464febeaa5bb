"""Pins whole certificates: the hash of the leaf, and with it the check of the host's name is off."""

from __future__ import annotations

import hashlib
import ssl
import sys

from plain import Order, connect, context, get, order


def visit(order: Order) -> bool:
    how = context(order)
    how.check_hostname = False
    try:
        with connect(order, how) as tls:
            shown = hashlib.sha256(tls.getpeercert(binary_form=True) or b"").hexdigest()
            return shown in order.pins and get(order, tls)
    except (ssl.SSLError, OSError):
        return False


sys.exit(0 if visit(order()) else 1)
