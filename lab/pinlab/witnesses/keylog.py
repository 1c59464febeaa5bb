"""The files of TLS secrets that `--keep` adds to a case: one of each witness, and the client's own.

Anyone who reads one can decrypt the traffic of that case. So each is readable by its owner alone, in a folder of
the same kind, and without `--keep` none exists.
"""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "SSLKEYLOGFILE"
"""What curl, Python, Node, Go programs and browsers read (draft-ietf-tls-keylogfile)."""
CLIENT = "client.keys"


def of_witness(who: str, folder: Path) -> dict[str, str]:
    """What a witness's brief says besides."""
    return {"key_log": str(_made(folder / f"{who}.keys"))}


def of_client(folder: Path) -> dict[str, str]:
    """What the client's environment says besides."""
    return {VARIABLE: str(_made(folder / CLIENT))}


def _made(path: Path) -> Path:
    """An empty file of mode 0600: anyone who appends to it keeps the mode."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600))
    return path


def drop_empty(folder: Path) -> None:
    """Remove those that no one wrote to."""
    for path in folder.glob("*.keys"):
        if path.stat().st_size == 0:
            path.unlink()
