"""What stops a real renewal, in words. Neither is ever a pass."""

from __future__ import annotations

import os
import shutil

PROGRAMS = ("pebble", "certbot")
"""Each is the name of a program and of its Debian package."""


class RenewalError(Exception):
    """A program is there but did not do its part; the text holds its output."""


def skipped() -> str | None:
    """Say what is missing and how it is brought; None: a renewal can be tried here."""
    path = os.environ.get("PATH", os.defpath)
    missing = [name for name in PROGRAMS if not shutil.which(name, path=path)]
    if not missing:
        return None
    verb = "is" if len(missing) == 1 else "are"
    return f"{' and '.join(missing)} {verb} not installed; to bring: apt-get install {' '.join(missing)}"
