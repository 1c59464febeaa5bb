"""Every error as sentences for the user and as an exit status; PINLAB_DEBUG=1 shows where it came from."""

from __future__ import annotations

import os
import traceback

import typer

from pinlab.core.enums import ExitStatus
from pinlab.core.error_text import explained


def explain_error(error: BaseException) -> tuple[str, int]:
    """What to print (may be empty) and with which status to end."""
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
    return explained(error), ExitStatus.USAGE


def _usage(error: BaseException) -> str:
    context = getattr(error, "ctx", None)
    usage = f"{context.get_usage()}\n" if context else ""
    text = str(getattr(error, "format_message", error.__str__)())
    return text if text.startswith("Usage:") else f"{usage}pinlab: {text}"
