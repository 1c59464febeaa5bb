"""Text from strangers made fit to print: control characters spelled out, secrets shortened, length bounded.

Pure. No byte from the wire moves a cursor, forges a line or shows a whole canary.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable

SHOWN = 6
"""So many characters of a secret are shown: enough to tell two apart."""


def printable(text: object, limit: int = 160) -> str:
    """`text` on one line, at most about `limit` characters, everything that is not printable as \\xNN."""
    raw = str(text)
    cut = raw[:limit]
    safe = "".join(char if char.isprintable() else _spelled(ord(char)) for char in cut)
    return safe + (f"… ({len(raw) - limit} more)" if len(raw) > limit else "")


def _spelled(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def shorten(text: str, secrets: Iterable[str]) -> str:
    """`text` with every secret, plain, in capitals, as hex or as base64, cut down to its first characters."""
    for secret in secrets:
        for form in _forms(secret):
            text = text.replace(form, form[:SHOWN] + "…")
    return text


def _forms(secret: str) -> list[str]:
    """The usual spellings of a secret, the longest first; very short ones are no secret."""
    raw = secret.encode()
    encoded = {
        secret,
        secret.upper(),
        raw.hex(),
        base64.b64encode(raw).decode().rstrip("="),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
    }
    return sorted((form for form in encoded if len(form) > SHOWN), key=lambda form: (-len(form), form))
