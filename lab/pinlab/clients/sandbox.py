"""Confines a client under test by bubblewrap: it reads what it must and writes nothing that lasts.

The root is read-only; /tmp, /var/tmp, /run and /dev are its own and empty; the keys of the run are not there
at all; it sees no process of the lab, has no capability and gains no privilege. The network stays, because
the lab listens on loopback. Where that cannot be had, nothing runs: never is a client unconfined instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pinlab.clients.api import AdapterError, Command
from pinlab.core import paths
from pinlab.processes.binaries import ENVIRONMENT, environment

PROGRAM = "bwrap"
ROOMS = ("/tmp", "/var/tmp", "/run")
"""Folders that are private and empty; /dev, and with it /dev/shm, is bubblewrap's own."""
_FLAVOURS = {"user": ["--unshare-user"], "root": []}
"""In a user namespace there is no root at all; where that is not allowed, root can do without one."""
_ALWAYS = (
    *("--die-with-parent", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--cap-drop", "ALL"),
    *("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"),
)
_STATED_BY_IT = f"{PROGRAM}: "


@dataclass(frozen=True)
class SandboxView:
    """What of the machine a client sees otherwise than read-only."""

    shown: tuple[str, ...] = ()
    """Files and folders that it may read although what is around them is hidden."""
    written: tuple[str, ...] = ()
    """Files that it may write."""
    hidden: tuple[str, ...] = ()
    """Folders that are empty for it."""
    blank: tuple[str, ...] = ()
    """Files that are empty for it."""
    hosts: str | None = None
    """The file that it sees as /etc/hosts."""


def flavour() -> str:
    """How a client can be confined here. AdapterError: it cannot be; the text says what to do."""
    if not shutil.which(PROGRAM):
        raise AdapterError(
            "--sandbox needs bubblewrap, and bwrap is not in PATH: apt-get install bubblewrap. "
            "Nothing was run"
        )
    message = ""
    for name in _FLAVOURS:
        try:
            argv = _wrapped(["true"], name, SandboxView())
            done = subprocess.run(
                argv, capture_output=True, text=True, timeout=10, check=False, env=environment()
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            message = str(error)
            continue
        if done.returncode == 0:
            return name
        message = done.stderr.strip()[-300:]
    raise AdapterError(
        f"--sandbox: bubblewrap cannot make its namespaces here ({message}). It needs user namespaces, or root "
        "with CAP_SYS_ADMIN; a container has to be given one of them. Nothing was run"
    )


def confined(command: Command, how: str, view: SandboxView) -> Command:
    """The same command in a sandbox of the flavour `how`."""
    return replace(command, argv=_wrapped(command.argv, how, view), confined=True)


def own_fault(exit_code: int | None, stderr: str) -> str | None:
    """What bubblewrap itself says when it could not start the client, or None."""
    if exit_code != 1 or not stderr.startswith(_STATED_BY_IT):
        return None
    return stderr.strip().splitlines()[-1][:300]


def _wrapped(argv: Sequence[str], how: str, view: SandboxView) -> list[str]:
    rooms = [room for room in ROOMS if os.path.isdir(room) and not os.path.islink(room)]
    hosts = ["--ro-bind", view.hosts, "/etc/hosts"] if view.hosts else []
    return [
        *(PROGRAM, *_FLAVOURS[how], *_ALWAYS),
        *_each("--tmpfs", rooms),
        *_twice("--ro-bind", _from_rooms(argv)),
        *_each("--tmpfs", view.hidden),
        *(word for file in view.blank for word in ("--ro-bind", "/dev/null", file)),
        *_twice("--ro-bind", view.shown),
        *_twice("--bind", view.written),
        *hosts,
        *("--", *argv),
    ]


def _from_rooms(argv: Sequence[str]) -> list[str]:
    """What a client may need out of the private rooms: the lab, its Python, what the command line names."""
    programs = [found for word in argv[:1] if (found := shutil.which(word))]
    named = [word for word in argv if os.path.isabs(word) and os.path.exists(word)]
    ours = [str(paths.ROOT), os.environ.get(ENVIRONMENT, ""), sys.prefix, os.getcwd()]
    expected = dict.fromkeys(os.path.realpath(path) for path in (*ours, *programs, *named) if path)
    return [path for path in expected if _is_below(path, (*ROOMS, "/dev/shm")) and os.path.exists(path)]


def _is_below(path: str, rooms: Iterable[str]) -> bool:
    return any(Path(room) in Path(path).parents for room in rooms)


def _each(flag: str, values: Iterable[str]) -> Iterator[str]:
    for value in values:
        yield from (flag, value)


def _twice(flag: str, values: Iterable[str]) -> Iterator[str]:
    for value in values:
        yield from (flag, value, value)
