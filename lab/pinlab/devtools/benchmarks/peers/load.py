"""Carries load to a running server with pinlab-load, from the processor that the server does not use."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator

from pinlab.devtools.benchmarks.peers.peer import SITE
from pinlab.devtools.benchmarks.peers.pinned_process import LOAD_CPU, PeerError, Running
from pinlab.processes.binaries import program

DEADLINE_S = 180


def carry(to: Running, connections: int, *extra: str) -> dict[str, float]:
    """Make so many connections; give `done`, `bytes` and `seconds`. PeerError when one of them failed."""
    try:
        run = subprocess.run(
            _command(to, connections, *extra), capture_output=True, text=True, timeout=DEADLINE_S, check=False
        )
    except subprocess.TimeoutExpired as failure:
        raise PeerError(
            f"{to.peer.name}: {connections} connections were not over in {DEADLINE_S} s"
        ) from failure
    if run.returncode != 0:
        raise PeerError(f"{to.peer.name}: {run.stderr.strip() or run.stdout.strip()}")
    return {name: float(value) for name, value in json.loads(run.stdout).items()}


@contextlib.contextmanager
def held_open(to: Running, connections: int) -> Iterator[None]:
    """Keep so many connections open, each after one answer. Raises PeerError."""
    command = _command(to, connections, "--hold")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as load:
        assert load.stdout is not None
        if not load.stdout.readline():
            raise PeerError(f"{to.peer.name}: cannot hold {connections} connections open")
        yield


def _command(to: Running, connections: int, *extra: str) -> list[str]:
    load = [str(program("pinlab-load")), "--port", str(to.port), "--connections", str(connections)]
    return ["setpriv", "--pdeathsig", "KILL", "--", "taskset", "-c", LOAD_CPU, *load, "--sni", SITE, *extra]
