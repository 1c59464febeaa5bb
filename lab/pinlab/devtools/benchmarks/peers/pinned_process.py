"""A server that is being measured: alone on one processor, its time and memory read from the kernel.

Time is that of the whole process tree, in nanoseconds where the kernel counts them (/proc/PID/schedstat).
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from pinlab.devtools.benchmarks.peers.peer import Peer, PeerSetup

SERVER_CPU, LOAD_CPU = "0", "1"
"""The server alone on the first processor, load and upstream on the second."""
UP_WITHIN_S = 30
GONE_WITHIN_S = 10


class PeerError(Exception):
    """A server did not come up, or its load could not be carried out; the text holds its output."""


@dataclasses.dataclass
class Running:
    """One server that answers on `port` of 127.0.0.1."""

    peer: Peer
    port: int
    process: subprocess.Popen[bytes]

    def cpu_s(self) -> float:
        """Processor time of the process tree since it started, in seconds."""
        return sum(_task_ns(pid) for pid in _tree(self.process.pid)) / 1e9

    def memory_kib(self) -> int:
        """Resident memory of the process tree."""
        return sum(_resident_kib(pid) for pid in _tree(self.process.pid))


@contextlib.contextmanager
def running(peer: Peer, stage: PeerSetup, cpu: str = SERVER_CPU) -> Iterator[Running]:
    """Start `peer` on processor `cpu`, wait until it accepts, end it afterwards. Raises PeerError."""
    folder = stage.folder / f"{peer.kind}-{peer.name.replace(', ', '-')}-{time.monotonic_ns()}"
    folder.mkdir()
    port = _free_port()
    start = peer.start(dataclasses.replace(stage, folder=folder), port)
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", "taskset", "-c", cpu, *start.argv],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=output,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), **start.env},
            start_new_session=True,
        )
    try:
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it is gone already; the wait for it says why
            process.stdin.write(start.stdin.encode())
            process.stdin.flush()
        _wait_until_up(peer, port, process, folder / "output")
        yield Running(peer, port, process)
    finally:
        _end(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(peer: Peer, port: int, process: subprocess.Popen[bytes], output: Path) -> None:
    """A peer of others gives no sign but its open port, so it is asked again and again, within a deadline."""
    deadline = time.monotonic() + UP_WITHIN_S
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)
            break
    tail = output.read_text(encoding="utf-8", errors="replace").strip()[-400:]
    raise PeerError(f"{peer.name} does not listen on port {port}: {tail or 'it says nothing'}")


def _end(process: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=GONE_WITHIN_S)
            break
    if process.stdin:
        with contextlib.suppress(OSError):
            process.stdin.close()


def _tree(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{parent}/task"):
                children = Path(f"/proc/{parent}/task/{task}/children").read_text(encoding="ascii")
                found += [int(child) for child in children.split()]
    return found


def _task_ns(pid: int) -> int:
    total = 0
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            spent, _, _ = Path(f"/proc/{pid}/task/{task}/schedstat").read_text(encoding="ascii").split()
            total += int(spent)
    return total


def _resident_kib(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0
