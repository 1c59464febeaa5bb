"""One name resolves to the lab, in this process and for a while; every other name as ever.

It replaces socket.getaddrinfo, which Python's own clients all ask. It changes no file and no other process.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def resolving(name: str, address: str) -> Iterator[None]:
    """While it lasts, `name` is at `address`."""
    genuine = socket.getaddrinfo

    def look_up(host: Any, *rest: Any, **more: Any) -> Any:
        text = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        known = isinstance(text, str) and text.rstrip(".").lower() == name.lower()
        return genuine(address if known else host, *rest, **more)

    socket.getaddrinfo = look_up
    try:
        yield
    finally:
        socket.getaddrinfo = genuine
