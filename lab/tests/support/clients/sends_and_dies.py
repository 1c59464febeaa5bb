"""Sends its secret to any server that PKI trusts, and crashes: no claim can hide that."""

from __future__ import annotations

import os
import signal
import ssl
import sys

from plain import connect, get, order

asked = order()
try:
    with connect(asked) as tls:
        get(asked, tls)
except (ssl.SSLError, OSError):
    sys.exit(1)
os.kill(os.getpid(), signal.SIGSEGV)
