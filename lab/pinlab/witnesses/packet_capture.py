"""A packet capture of one case by dumpcap, for anyone who wants to see the bytes; it is no witness.

It is live before the client starts and whole when it ends: both are learned from what dumpcap writes, not by
waiting. Where dumpcap is missing or may not capture, there is none, and the case is run all the same.
"""

from __future__ import annotations

import secrets
import shutil
import signal
import socket
import time
from collections.abc import Iterable
from pathlib import Path

from pinlab.processes.child import Child, pump

PROGRAM = "dumpcap"
FILE = "traffic.pcapng"
LACKING = "traffic.missing.txt"
START_S = 5.0
END_S = 5.0
INTERFACE_BLOCK = b"\x01\x00\x00\x00"
"""The type of pcapng's interface description block, written once the interface has been opened."""


def available() -> bool:
    """Whether there is a program that captures."""
    return shutil.which(PROGRAM) is not None


class Capture:
    """What passes over the given ports of the loopback interface, until `end`."""

    def __init__(self, ports: Iterable[int], folder: Path) -> None:
        """Start and wait until it is live; where that fails, a file beside says why."""
        self._folder, self._data = folder, bytearray()
        self._mark = secrets.token_bytes(16)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        expected = " or ".join([*(f"tcp port {port}" for port in ports), f"udp port {self._port}"])
        path = shutil.which(PROGRAM) or PROGRAM
        words = [path, "-q", "-i", "lo", "-f", expected, "-w", "-"]
        self._child = Child(words, env={"PATH": "/usr/bin:/bin"}, on_stdout=self._data.extend)
        self._await(lambda: INTERFACE_BLOCK in self._data[28:], START_S)

    @property
    def _port(self) -> int:
        return int(self._socket.getsockname()[1])

    def end(self) -> None:
        """Wait until a datagram sent now has been captured, and with it all before; write the file."""
        self._socket.sendto(self._mark, ("127.0.0.1", self._port))
        whole = self._await(lambda: self._mark in self._data, END_S)
        self._child.kill(signal.SIGINT)
        self._await(lambda: False, END_S)
        self._child.finish()
        self._socket.close()
        if whole:
            (self._folder / FILE).write_bytes(self._data)
            return
        output = self._child.stderr.text().strip().splitlines()[-4:]
        text = "\n".join(["dumpcap captured nothing that could be kept:", *output, ""])
        (self._folder / LACKING).write_text(text, encoding="utf-8")

    def _await(self, until: object, seconds: float) -> bool:
        assert callable(until)
        deadline = time.monotonic() + seconds
        pump([self._child], lambda: until() or self._child.exited, deadline)
        return bool(until())
