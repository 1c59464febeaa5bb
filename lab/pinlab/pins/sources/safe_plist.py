"""Property lists from untrusted files: checked by `safe_xml`, then read by plistlib, with the line of each key.

Apple writes a DOCTYPE into every list. Exactly this DOCTYPE is blanked; any other declaration is refused. Binary
lists are read too; they have no lines, so key paths stand for places.
"""

from __future__ import annotations

import plistlib
import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers.expat import ExpatError

from pinlab.pins.errors import PinFileError
from pinlab.pins.source import Spot, error_at
from pinlab.pins.sources.safe_xml import Element, parse_xml

APPLE_DOCTYPE = re.compile(
    rb'<!DOCTYPE\s+plist\s+PUBLIC\s+"-//Apple(?: Computer)?//DTD PLIST 1\.0//EN"\s+'
    rb'"https?://www\.apple\.com/DTDs/PropertyList-1\.0\.dtd"\s*>'
)


class Plist:
    """The dictionary at the root, and the line of each key."""

    def __init__(self, source: str, root: Mapping[str, Any], lines: Mapping[str, int]) -> None:
        self.source, self.root, self._lines = source, root, lines

    def spot(self, path: str) -> Spot:
        """The place of a key path such as `NSPinnedDomains.example.com`."""
        return Spot(self._lines.get(path, 0), key=path)

    def error_at(self, path: str, text: str) -> PinFileError:
        """An error about a key."""
        return error_at(self.source, self.spot(path), text)

    def take(self, holder: Mapping[str, Any], path: str, key: str, kind: type, default: Any) -> Any:
        """The value of `key`; PinFileError if it is not of `kind`."""
        value = holder.get(key, default)
        if not isinstance(value, kind):
            names = {dict: "a dictionary", list: "an array", str: "a string", bool: "true or false"}
            raise self.error_at(
                f"{path}.{key}".strip("."), f"must be {names[kind]}, not {type(value).__name__}"
            )
        return value

    def domains(self, section: str, key: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """(key path, name, entry) of each domain in the dictionary `key`, in `section` or at the root."""
        holder = self.take(self.root, "", section, dict, self.root)
        base = "" if holder is self.root else section
        path = f"{base}.{key}".strip(".")
        domains = self.take(holder, base, key, dict, {})
        for name in domains:
            yield f"{path}.{name}", name, self.take(domains, path, name, dict, {})

    def strings(self, holder: Mapping[str, Any], path: str, key: str) -> list[str]:
        """An array of strings."""
        values: list[Any] = self.take(holder, path, key, list, [])
        for number, value in enumerate(values):
            if not isinstance(value, str):
                raise self.error_at(f"{path}.{key}[{number}]", "must be a string")
        return values


def is_plist(data: bytes) -> bool:
    """Whether data looks like a property list, XML or binary."""
    return data.startswith(b"bplist") or b"<plist" in data[:4096]


def parse_plist(data: bytes, source: str) -> Plist:
    """Read a list; PinFileError names the place of what is wrong or not allowed."""
    lines: dict[str, int] = {}
    if not data.startswith(b"bplist"):
        data = APPLE_DOCTYPE.sub(lambda found: re.sub(rb"[^\n]", b" ", found[0]), data, count=1)
        root = parse_xml(data, source)
        if root.name != "plist" or not root.children:
            raise error_at(source, root.spot, "the root element must be <plist> with a <dict> inside")
        _lines_of(root.children[0], "", lines)
    try:
        values = plistlib.loads(data)
    except (
        *(plistlib.InvalidFileException, ExpatError, ValueError, TypeError, LookupError, AttributeError),
        *(RecursionError, MemoryError, OverflowError),
    ) as failure:
        raise PinFileError(f"{source}: is not a property list that can be read: {failure}") from failure
    if not isinstance(values, dict):
        raise PinFileError(f"{source}: the root of the property list must be a dictionary")
    return Plist(source, values, lines)


def _lines_of(element: Element, path: str, lines: dict[str, int]) -> None:
    """Store the line of every key path below an element. `safe_xml` limits the depth."""
    if element.name == "dict":
        key = ""
        for child in element.children:
            if child.name == "key":
                key = f"{path}.{child.text}" if path else child.text
                lines.setdefault(key, child.spot.line)
            else:
                _lines_of(child, key, lines)
    elif element.name == "array":
        for number, child in enumerate(element.children):
            lines[f"{path}[{number}]"] = child.spot.line
            _lines_of(child, f"{path}[{number}]", lines)
