"""Crashes after the handshake, before it says anything."""

from __future__ import annotations

import os
import signal
import ssl
import sys

from plain import connect, order

try:
    connect(order())
except (ssl.SSLError, OSError):
    sys.exit(1)
os.kill(os.getpid(), signal.SIGSEGV)
