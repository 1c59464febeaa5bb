"""Where things are: the repository, or what a wheel carries of it; the folder for kept evidence.

It creates nothing. The programs are the affair of tools.py.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
CARRIED = PACKAGE / "carried"
"""What a wheel carries of the repository, in the repository's own layout; absent in a checkout."""
INSTALLED = CARRIED.is_dir()
ROOT = CARRIED if INSTALLED else PACKAGE.parent.parent
"""The repository."""
LAUNCHER = "pinlab" if INSTALLED else "./pinlab"
"""What people type."""


def enter() -> None:
    """Make the clients' adapters importable; every program of the lab calls it before anything else.

    In a checkout the launcher has done so. The name `adapters` is a common one: so it is made known to the
    lab's own processes alone, never to a test run that only loads the plugin.
    """
    if INSTALLED:
        sys.path.insert(0, str(ROOT / "client_under_test"))
        os.environ.setdefault("PINLAB_CLIENTS", str(_cache() / "clients"))


def catalogue() -> Path:
    """Folder of the scenarios that ship with the lab."""
    return ROOT / "lab" / "catalogue"


def evidence() -> Path:
    """Folder below which evidence is kept: `PINLAB_EVIDENCE`, else build/evidence of checkout or cwd."""
    return Path(os.environ.get("PINLAB_EVIDENCE") or _work() / "build" / "evidence")


def _work() -> Path:
    return Path.cwd() if INSTALLED else ROOT


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pinlab"
