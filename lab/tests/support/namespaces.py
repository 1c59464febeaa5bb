"""Rooms apart from this machine: a small disk, or a network of its own. They need namespaces.

A process holds each room open while a test runs programs in it and looks at what they leave.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from pinlab.clients.hosts_file import available
from pinlab.processes.child import spared

FLAVOUR = available()
HOLD = "echo there && read -r word"
DISK = 'mount -t tmpfs -o "size=$1,mode=700" pinlab "$0" && ' + HOLD
LOOPBACK_UP = """import fcntl, socket, struct, sys
request = struct.pack("16sh14x", b"lo", 0x1 | 0x40)  # SIOCSIFFLAGS of netdevice(7): IFF_UP and IFF_RUNNING
fcntl.ioctl(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0x8914, request)
with open("/proc/sys/net/ipv4/ip_local_port_range", "w", encoding="ascii") as ports:
    ports.write(sys.argv[1])
print("there", flush=True)
sys.stdin.readline()
"""
needs_namespaces = pytest.mark.skipif(FLAVOUR is None, reason="this machine lets no one make namespaces")
needs_own_ports = pytest.mark.skipif(
    FLAVOUR is None or bool(os.statvfs("/proc/sys/net").f_flag & os.ST_RDONLY),
    reason="this machine lets no one make a network with ports of its own",
)


@dataclass(frozen=True)
class Room:
    """`inside` before a command runs it in the room; `look(path)` is a path as it is in there."""

    inside: tuple[str, ...]
    holder: int

    def look(self, path: Path) -> Path:
        return Path(f"/proc/{self.holder}/root{path}")


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Room]:
    """A tmpfs of `size` (tmpfs(5)) at `folder`, which only the room shows."""
    folder.mkdir(parents=True, exist_ok=True)
    with _held("--mount", ["/bin/sh", "-c", DISK, str(folder), size]) as room:
        yield room


@contextmanager
def few_ports(first: int, last: int) -> Iterator[Room]:
    """A loopback of its own, where the kernel gives out the ports from `first` to `last` alone."""
    words = [sys.executable, "-I", "-S", "-c", LOOPBACK_UP, f"{first} {last}"]
    with _held("--net", words) as room:
        yield room


@contextmanager
def _held(kind: str, words: Sequence[str]) -> Iterator[Room]:
    user = [] if FLAVOUR == "root" else ["--user", "--map-root-user"]
    private = ["--propagation", "private"] if kind == "--mount" else []
    with subprocess.Popen(
        ["unshare", *user, kind, *private, "--", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdin and holder.stdout
        assert holder.stdout.readline() == b"there\n"
        credentials = ["--user", "--preserve-credentials"] if user else []
        inside = ("nsenter", f"--target={holder.pid}", *credentials, kind, "--")
        try:
            with spared(holder.pid):
                yield Room(inside, holder.pid)
        finally:
            holder.stdin.close()
