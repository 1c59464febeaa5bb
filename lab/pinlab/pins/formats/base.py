"""What a format is: what it can express, how a file is recognised, read and written.

What a conversion loses follows from `Capabilities`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from pinlab.pins.model import Kind, Match, PinSet, Semantics
from pinlab.pins.source import Source

NAME = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*"
)


@dataclass(frozen=True)
class Capabilities:
    """What a format can express. Anything else in a pin set is lost, or the conversion is refused."""

    kinds: frozenset[tuple[Kind, str]] = frozenset({(Kind.SPKI, "sha256")})
    matches: frozenset[Match] = frozenset({Match.EVERY_HOST})
    roles: bool = False
    must_have_role: bool = False
    """Each pin is for the leaf or for a CA, and the file says which."""
    leaf_only: bool = False
    expiry: bool = False
    report_only: bool = False
    report_uris: bool = False
    labels: bool = False
    rejected: bool = False
    most_pins: int = 1000
    fewest_pins: int = 1

    @property
    def hosts(self) -> bool:
        """Whether the format names hosts."""
        return self.matches != {Match.EVERY_HOST}


@dataclass(frozen=True)
class Format:
    """One format: a row of the table."""

    name: str
    title: str
    can: Capabilities
    semantics: Semantics
    recognises: Callable[[Source], bool] = field(default=lambda source: False)
    """Whether a file looks like this format; the first in the table wins."""
    read: Callable[[Source], PinSet] | None = None
    write: Callable[[PinSet], str] | None = None


def date_of(text: str) -> datetime.date | None:
    """A date written as yyyy-MM-dd; None if it is not one."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def host_fault(text: str) -> str:
    """What is wrong with a host name as a pattern; empty if nothing is."""
    if "://" in text or "/" in text:
        return f'"{text}" is a URL; write only the host name'
    if re.search(r":\d+$", text):
        return f'"{text}" has a port; write only the host name'
    if "*" in text:
        return f'"{text}" has a wildcard, which this format does not have'
    if text.endswith("."):
        return f'"{text}" ends with a dot'
    try:
        name = text.lower() if text.isascii() else text.lower().encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    return "" if NAME.fullmatch(name) else f'"{text}" is not a host name'
