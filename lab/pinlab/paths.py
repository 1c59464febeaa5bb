"""Where things are: the repository, the catalogue, the folder for kept evidence. Creates nothing.

The programs are the affair of tools.py.
"""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE.parent.parent
"""The repository."""


def catalogue() -> Path:
    """Folder of the scenarios that ship with the lab."""
    return PACKAGE.parent / "catalogue"


def evidence() -> Path:
    """Folder below which evidence is kept: `PINLAB_EVIDENCE`, else build/evidence."""
    return Path(os.environ.get("PINLAB_EVIDENCE") or ROOT / "build" / "evidence")
