"""Where things are: the repository, or what a wheel carries of it; the folder for kept evidence.

It creates nothing; processes/binaries finds the programs.
"""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
CARRIED = PACKAGE / "carried"
"""What a wheel carries of the repository, in the repository's own layout; absent in a checkout."""
INSTALLED = CARRIED.is_dir()
ROOT = CARRIED if INSTALLED else PACKAGE.parent.parent
"""The repository."""
CLIENTS = ROOT / "client_under_test" / "clients"
"""Drivers and locks of other people's clients."""
LAUNCHER = "pinlab" if INSTALLED else "./pinlab"
"""What people type."""


def catalogue() -> Path:
    """Folder of the scenarios that ship with the lab."""
    return ROOT / "lab" / "catalogue"


def evidence() -> Path:
    """Folder below which evidence is kept: `PINLAB_EVIDENCE`, else build/evidence of checkout or cwd."""
    return Path(os.environ.get("PINLAB_EVIDENCE") or _work() / "build" / "evidence")


def _work() -> Path:
    return Path.cwd() if INSTALLED else ROOT


def installed_clients() -> Path:
    """Where `pinlab clients install` puts clients: `PINLAB_CLIENTS`, else build/clients, or a cache for a wheel."""
    usual = _cache() / "clients" if INSTALLED else ROOT / "build" / "clients"
    return Path(os.environ.get("PINLAB_CLIENTS") or usual)


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pinlab"
