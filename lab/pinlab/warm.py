"""Warm programs: a witness is forked from one, where a fresh one spends milliseconds on OpenSSL's start.

Each process has its own, one for each program, started when it pays. Whatever goes wrong with one, the
witness is started fresh: a warm program saves time and decides nothing. See servers/wire/warm.h.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pinlab.start import Started, fresh, with_pipes

WORTH_IT = 4
"""A warm program costs as much as so many fresh witnesses would save."""
ANSWER_S = 5.0
"""How long a warm program may take for an answer, the first one included; it takes 20 ms at most."""


@dataclass
class _Warm:
    """One program: how many witnesses of it were wanted so far, and its line. None: not started, or lost."""

    wanted: int = 0
    line: socket.socket | None = None
    lost: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)


_programs: dict[tuple[int, Path], _Warm] = {}


def witness(program: Path, env: Mapping[str, str]) -> Started:
    """Start one more witness of `program`, forked where that pays and works. OSError: it cannot be."""
    warm = _programs.setdefault((os.getpid(), program), _Warm())
    warm.wanted += 1
    if warm.wanted >= WORTH_IT and not warm.lost:
        with contextlib.suppress(OSError, ValueError):
            return _forked(warm, program, env)
        _lose(warm)
    return fresh([str(program)], env, die_with_parent=False)  # it sees to that itself


def warm_pids() -> set[int]:
    """Process ids of the warm programs of this process."""
    own = os.getpid()
    return {one.process.pid for (pid, _), one in _programs.items() if pid == own and one.process}


def cool_down() -> None:
    """End the warm programs of this process; what was forked from them goes on."""
    for (pid, _), warm in _programs.items():
        if pid == os.getpid():
            _lose(warm)
    _programs.clear()


def _forked(warm: _Warm, program: Path, env: Mapping[str, str]) -> Started:
    if warm.line is None:
        _heat(warm, program, env)
    line = warm.line
    assert line is not None

    def start(stdin: int, stdout: int, stderr: int) -> int:
        socket.send_fds(line, [b"+"], [stdin, stdout, stderr])
        if not select.select([line], [], [], ANSWER_S)[0]:
            raise TimeoutError
        return int(line.recv(32))

    return with_pipes(start)


def _heat(warm: _Warm, program: Path, env: Mapping[str, str]) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        warm.line = ours
        warm.process = subprocess.Popen(
            [str(program), "--warm"],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict(env),
            start_new_session=True,
        )


def _lose(warm: _Warm) -> None:
    warm.lost = True
    if warm.line is not None:
        warm.line.close()
        warm.line = None
    if warm.process is not None:
        warm.process.kill()
        with contextlib.suppress(ChildProcessError):
            warm.process.wait()
        warm.process = None
