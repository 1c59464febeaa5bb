"""The private folder of one run: worlds, briefs, shared evidence. Gone when the run ends, however it ends.

It refuses to touch the folder of a run that is alive: each holds a lock on its own.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

PREFIX = "pinlab-run-"
LOCK = "alive.lock"
MEMORY = Path("/dev/shm")
"""A run makes thousands of small files that nobody reads twice: in memory they cost half the time, and
private keys never reach a disk."""
ROOM = 512 * 1024 * 1024
"""Bytes that must be free there; a whole run needs a tenth."""


def home() -> Path:
    """Where run folders lie: TMPDIR if it is set, else memory where there is room, else /tmp."""
    if "TMPDIR" not in os.environ:
        with contextlib.suppress(OSError):
            if os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
                return MEMORY
    return Path(tempfile.gettempdir())


@contextlib.contextmanager
def run_folder() -> Iterator[Path]:
    """A new folder (0700) in `home()`; sweeps away what killed runs left there."""
    sweep(home())
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=home()))
    with open(folder / LOCK, "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path) -> None:
    """Remove our own run folders whose run is no longer alive."""
    for folder in parent.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                continue
            with open(folder / LOCK, encoding="ascii") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
