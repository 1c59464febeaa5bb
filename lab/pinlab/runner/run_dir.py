"""The private folder of one run: worlds, briefs, shared evidence. Gone when the run ends, however it ends.

Where the run is killed, a small process that outlives it clears up; where that was killed too, the next run
does.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pinlab.core.error_text import RUN_FOLDER
from pinlab.processes.child import spared

LOCK = "alive.lock"
MEMORY = Path("/dev/shm")
"""A run makes thousands of small files that no one reads twice: in memory they cost half the time, and
private keys never reach a disk."""
WATCHDOG = "trap '' HUP INT QUIT TERM; read -r word || rm -rf -- \"$1\""
"""A word says that the run is over; the pipe's end without one, that the run and its workers have died."""
WATCHDOG_S = 5.0
ROOM = 512 * 1024 * 1024
"""Bytes that must be free there; a whole run needs a tenth."""


def home() -> Path:
    """Where run folders are: TMPDIR if it is set, else memory where there is room, else /tmp."""
    if "TMPDIR" not in os.environ:
        with contextlib.suppress(OSError):
            if os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
                return MEMORY
    return Path(tempfile.gettempdir())


@contextlib.contextmanager
def run_folder() -> Iterator[Path]:
    """A new folder (0700) in `home()`; sweeps away what killed runs left there."""
    sweep(home())
    folder = Path(tempfile.mkdtemp(prefix=RUN_FOLDER, dir=home()))
    with open(folder / LOCK, "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _watchdog(folder):
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _watchdog(folder: Path) -> Iterator[None]:
    """Meanwhile a process waits to remove `folder` when this one is killed, in a session of its own."""
    watchdog = subprocess.Popen(
        ["/bin/sh", "-c", WATCHDOG, "sh", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin"},
        cwd="/",
        start_new_session=True,
    )
    try:
        with spared(watchdog.pid):
            yield
    finally:
        try:
            # What could not be removed here, for want of descriptors perhaps, can be there.
            watchdog.communicate(b"" if folder.exists() else b"over\n", timeout=WATCHDOG_S)
        except subprocess.TimeoutExpired:
            watchdog.kill()
            watchdog.wait()


def sweep(parent: Path) -> None:
    """Remove our own run folders whose run is no longer alive."""
    for folder in parent.glob(f"{RUN_FOLDER}*"):
        with contextlib.suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                continue
            with open(folder / LOCK, encoding="ascii") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
