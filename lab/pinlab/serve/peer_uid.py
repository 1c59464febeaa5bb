"""Whose program is at the other end of a connection over loopback, by the kernel's own table (proc_net(5)).

No password and no token: a user's scripts need nothing, and another user of the machine gets nothing.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from pathlib import Path

TABLE, TABLE_6 = Path("/proc/net/tcp"), Path("/proc/net/tcp6")
"""A socket of IPv6 reaches 127.0.0.1 too, as ::ffff:127.0.0.1; Java's do."""


def owner(peer: tuple[str, int], ours: tuple[str, int]) -> int | None:
    """The user id of who holds the socket `peer`, connected to `ours`, both IPv4; None: nobody any more.

    OSError: there is no such table here.
    """
    tables = [TABLE, *([TABLE_6] if TABLE_6.exists() else [])]
    lines = (line for table in tables for line in table.read_text("ascii").splitlines()[1:])
    return holder(lines, peer, ours)


def holder(lines: Iterable[str], peer: tuple[str, int], ours: tuple[str, int]) -> int | None:
    """As `owner`, from the lines of the tables without their heads.

    A socket that its program has closed belongs to nobody (inode 0), and its user id there says root.
    """
    wanted = {(_spelled(*peer, six), _spelled(*ours, six)) for six in (False, True)}
    for line in lines:
        fields = line.split()
        if (fields[1], fields[2]) in wanted:
            return int(fields[7]) if fields[9] != "0" else None
    return None


def _spelled(address: str, port: int, six: bool) -> str:
    """As the tables have it: each four bytes as a number of this machine, in hex."""
    raw = socket.inet_aton(address)
    words = struct.unpack("=4I" if six else "=I", bytes(10) + b"\xff\xff" + raw if six else raw)
    return "".join(f"{word:08X}" for word in words) + f":{port:04X}"
