"""Sends its secret before TLS begins."""

from __future__ import annotations

import socket
import sys

from plain import order

asked = order()
with socket.create_connection((asked.address, asked.port), timeout=5) as plain:
    plain.sendall(f"GET /pinlab/{asked.canary} HTTP/1.1\r\n\r\n".encode())
    plain.shutdown(socket.SHUT_WR)
    plain.recv(1)
sys.exit(1)
