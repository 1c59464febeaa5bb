"""Where a disk takes no more: the path that Python's own errors leave out, and what to do about it."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pinlab import paths

RUN_FOLDER = "pinlab-run-"
"""How the name of every run's folder begins (run_folder.py)."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def told_of(path: Path) -> Iterator[None]:
    """Meanwhile a full disk of which an error names no file, as that of a write does not, is that of `path`.

    A lack of anything else, such as descriptors, is no affair of the path.
    """
    try:
        yield
    except OSError as error:
        if error.filename is not None or error.errno not in FULL:
            raise
        raise OSError(error.errno, os.strerror(error.errno), str(path)) from error


def complain(text: str, end: str = "\n") -> None:
    """Say it, if anything, on stderr; where that takes no more, there is the exit status still."""
    try:
        print(text, end=end if text else "", file=sys.stderr, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def in_words(error: BaseException) -> str:
    """An error as a sentence; where a disk is full, with what to do."""
    text = str(error)
    if isinstance(error, OSError) and error.filename is not None and error.errno is not None:
        text = f"{error.filename}: {os.strerror(error.errno)}"
    elif isinstance(error, OSError) and error.errno in FULL:
        text = f"standard output, or a file without a name: {os.strerror(error.errno)}"
    if not any(os.strerror(code) in text for code in FULL):
        return text
    return f"{text}; {_advice(text)}"


def _advice(text: str) -> str:
    if RUN_FOLDER in text:
        return "make room there, or set TMPDIR to a folder with more room"
    if str(paths.evidence()) in text:
        return "make room there, or set PINLAB_EVIDENCE to a folder with more room"
    return "make room there, or name another place"
