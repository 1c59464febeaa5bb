"""Fork servers: a witness is forked from one, where a fresh program spends milliseconds on OpenSSL's start.

Each process has its own, one for each program, started when it pays. Whatever goes wrong with one, the witness is
started fresh: a fork server saves time and decides nothing. See servers/net/fork_server.h.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

from pinlab.processes.child import register_helper
from pinlab.processes.spawn import Started, fresh, with_pipes

WORTH_IT = 4
"""A fork server costs as much as so many fresh witnesses would save."""
ANSWER_S = 5.0
"""How long one may take for an answer, the first one included; it takes 20 ms at most."""


class ForkServer:
    """One program that forks witnesses of itself when it is asked."""

    def __init__(self, program: Path) -> None:
        """It is started when the first witness is forked."""
        self._program = program
        self._socket: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._requests = 0
        self._failed = False

    @property
    def pid(self) -> int | None:
        """Its process id, while it runs."""
        return self._process.pid if self._process else None

    def witness(self, env: Mapping[str, str]) -> Started:
        """Start one more witness, forked where that pays and works. OSError: it cannot be started."""
        self._requests += 1
        if self._requests >= WORTH_IT and not self._failed:
            with contextlib.suppress(OSError, ValueError):
                return self._fork(env)
            self.stop()
        return fresh([str(self._program)], env, die_with_parent=False)  # it sees to that itself

    def stop(self) -> None:
        """End it; what was forked from it goes on."""
        self._failed = True
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._process is not None:
            self._process.kill()
            with contextlib.suppress(ChildProcessError):
                self._process.wait()
            self._process = None

    def _fork(self, env: Mapping[str, str]) -> Started:
        connected = self._socket or self._start(env)

        def start(stdin: int, stdout: int, stderr: int) -> int:
            socket.send_fds(connected, [b"+"], [stdin, stdout, stderr])
            if not select.select([connected], [], [], ANSWER_S)[0]:
                raise TimeoutError
            return int(connected.recv(32))

        return with_pipes(start)

    def _start(self, env: Mapping[str, str]) -> socket.socket:
        ours, theirs = socket.socketpair()
        self._socket = ours
        with theirs:
            self._process = subprocess.Popen(
                [str(self._program), "--warm"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=dict(env),
                start_new_session=True,
            )
        return ours


_servers: dict[tuple[int, Path], ForkServer] = {}


def witness(program: Path, env: Mapping[str, str]) -> Started:
    """Start one more witness of `program`. OSError: it cannot be started."""
    return _servers.setdefault((os.getpid(), program), ForkServer(program)).witness(env)


def pids() -> set[int]:
    """Process ids of the fork servers of this process."""
    own = os.getpid()
    return {server.pid for (pid, _), server in _servers.items() if pid == own and server.pid}


def stop_all() -> None:
    """End the fork servers of this process; what was forked from them goes on."""
    for (pid, _), server in _servers.items():
        if pid == os.getpid():
            server.stop()
    _servers.clear()


register_helper(pids, stop_all)
