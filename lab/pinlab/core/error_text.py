"""An error as sentences for the user; where a disk is full, with what to do."""

from __future__ import annotations

import os
import sys

from pinlab.core import paths
from pinlab.core.errors import PinlabError
from pinlab.core.files import FULL

RUN_FOLDER = "pinlab-run-"
"""How the name of every run's folder begins (runner/run_dir)."""


def print_error(text: str, end: str = "\n") -> None:
    """Print it, if anything, on stderr; where that takes no more, there is still the exit status."""
    try:
        print(text, end=end if text else "", file=sys.stderr, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def explained(error: BaseException) -> str:
    """The lines that a user reads, each with "pinlab: " in front; one line for an error that no code expected."""
    if isinstance(error, PinlabError):
        return "\n".join(f"pinlab: {line}" for line in error_text(error).splitlines())
    if isinstance(error, OSError):
        return f"pinlab: {error_text(error)}"
    return f"pinlab: unforeseen error, {type(error).__name__}: {error} (PINLAB_DEBUG=1 shows where)"


def error_text(error: BaseException) -> str:
    """An error as a sentence."""
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
