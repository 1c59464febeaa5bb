"""Files of other people, read with a limit; files of ours, written so that they appear complete or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Put `text` (UTF-8) at `path` by rename; the folder is made if it is missing.

    OSError: it cannot be, and names `path`, not the file beside it; what stood at `path` stands there still.
    """
    try:
        _write_beside(path, text)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _write_beside(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


MOST_BYTES = 32 * 1024 * 1024
"""A full run's results have a hundredth of that, and nothing else comes near."""


def read_limited(path: Path) -> bytes:
    """All of the file. OSError: it cannot be read, or has more than `MOST_BYTES`."""
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise OSError(errno.EFBIG, f"it has more than {MOST_BYTES} bytes", str(path))
    return data


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def naming_path(path: Path) -> Iterator[None]:
    """Meanwhile a full disk of which an error names no file, as that of a write does not, is that of `path`.

    A lack of anything else, such as descriptors, is no concern of the path.
    """
    try:
        yield
    except OSError as error:
        if error.filename is not None or error.errno not in FULL:
            raise
        raise OSError(error.errno, os.strerror(error.errno), str(path)) from error
