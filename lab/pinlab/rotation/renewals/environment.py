"""The environment of the renewal programs: nothing of the user's but the way to programs."""

from __future__ import annotations

import os
from pathlib import Path


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Give the environment of a program that may write below `folder`: no proxies, no settings of a user."""
    base = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
    return {**base, "HOME": str(folder), "TMPDIR": str(folder), **more}
