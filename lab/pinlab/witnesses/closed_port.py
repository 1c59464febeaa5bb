"""Tries a port that is to be closed: there the kernel answers, and no witness reports it.

Without it a client that cannot connect for want of a port of its own would be taken for one that was refused.
"""

from __future__ import annotations

import socket

PATIENCE_S = 5.0


def faults(address: str, port: int) -> list[str]:
    """What is wrong with the closed port, which an origin holds without listening; nothing where it refuses."""
    try:
        socket.create_connection((address, port), PATIENCE_S).close()
    except ConnectionRefusedError:
        return []
    except OSError as error:
        return [f"the closed port could not be tried: {error.strerror or error}"]
    return ["the port that is to be closed is open"]
