"""Reads a whole file that somebody handed over, but never more than such a file can have.

/dev/zero, or a file made to burst the lab, is an error like a missing one, and said in the same words.
"""

from __future__ import annotations

import errno
from pathlib import Path

MOST_BYTES = 32 * 1024 * 1024
"""A full run's results have a hundredth of that, and nothing else comes near."""


def read_capped(path: Path) -> bytes:
    """All of the file. OSError: it cannot be read, or has more than `MOST_BYTES`."""
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise OSError(errno.EFBIG, f"it has more than {MOST_BYTES} bytes", str(path))
    return data
