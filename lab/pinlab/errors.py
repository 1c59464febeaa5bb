"""Every error as words for whoever typed the command, and as an exit status.

An error that nobody foresaw is said in one line too; PINLAB_DEBUG=1 shows where it came from.
"""

from __future__ import annotations

import os
import traceback

from adapters.base import AdapterError

from pinlab.complaints import CatalogueError
from pinlab.known import KnownError
from pinlab.mint import MintError
from pinlab.room import in_words
from pinlab.tools import ToolError
from pinlab.words import ExitStatus

USAGE = (AdapterError, CatalogueError, KnownError, ToolError)
"""Errors whose text is meant for the user as it is."""


class UsageError(Exception):
    """The command line asks for something that cannot be."""


def explain_error(error: BaseException) -> tuple[str, int]:
    """What to say (may be empty) and with which status to end."""
    import typer

    if os.environ.get("PINLAB_DEBUG") and not isinstance(error, typer.Exit | SystemExit):
        traceback.print_exception(error)
    match error:
        case typer.Exit():
            return "", error.exit_code
        case SystemExit():
            return "", error.code if isinstance(error.code, int) else int(bool(error.code))
        case KeyboardInterrupt() | typer.Abort():
            return "pinlab: interrupted", ExitStatus.INTERRUPTED
        case typer.TyperException():
            return _usage(error), ExitStatus.USAGE
        case BrokenPipeError():
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            return "", ExitStatus.USAGE
        case UsageError() | MintError() | OSError():
            return f"pinlab: {in_words(error)}", ExitStatus.USAGE
    if isinstance(error, USAGE):
        return "\n".join(f"pinlab: {line}" for line in str(error).splitlines()), ExitStatus.USAGE
    return (
        f"pinlab: unforeseen error, {type(error).__name__}: {error} (PINLAB_DEBUG=1 shows where)",
        ExitStatus.USAGE,
    )


def _usage(error: BaseException) -> str:
    context = getattr(error, "ctx", None)
    usage = f"{context.get_usage()}\n" if context else ""
    said = str(getattr(error, "format_message", error.__str__)())
    return said if said.startswith("Usage:") else f"{usage}pinlab: {said}"
