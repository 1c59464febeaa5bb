"""`--canary`: what the user calls secret, read from a word of the command line.

A complaint never repeats the pattern: it may be the secret itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from pinlab.core.errors import UsageError
from pinlab.upstream.target import Secret

FORMS = "any, header:NAME=PATTERN, path:PATTERN or body:TEXT"
MOST, LONGEST = 16, 256
_FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""RFC 9110 5.6.2."""


def read_secrets(words: Iterable[str]) -> tuple[Secret, ...]:
    """The secrets that these words name; `any`, or no word at all, names none: every byte counts alike."""
    found = [secret for word in words for secret in _read(word)]
    if len(found) > MOST:
        raise UsageError(f"--canary: {len(found)} patterns are more than {MOST}")
    return tuple(found)


def _read(word: str) -> list[Secret]:
    if word == "any":
        return []
    where, sign, rest = word.partition(":")
    if where == "header" and sign:
        name, sign, match = rest.partition("=")
        if not sign or not _FIELD_NAME.fullmatch(name):
            raise UsageError("--canary header:… wants the name of a field: header:Authorization=Bearer*")
        return [Secret("header", _match(where, match), name)]
    if where == "path" and sign:
        return [Secret("path", _match(where, rest))]
    if where == "body" and sign:
        return [Secret("body", _match(where, rest))]
    raise UsageError(f"--canary is {FORMS}")


def _match(where: str, text: str) -> str:
    """The pattern itself, or that of the environment variable that `$NAME` names."""
    if text.startswith("$"):
        if text[1:] not in os.environ:
            raise UsageError(f"--canary {where}:…: the environment has no variable {text[1:]!r}")
        text = os.environ[text[1:]]
    if not 1 <= len(text.encode()) <= LONGEST:
        raise UsageError(f"--canary {where}:… wants 1 to {LONGEST} bytes")
    return text
