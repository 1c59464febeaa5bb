"""Property lists from anywhere: the guard of `guarded_xml` first, then plistlib, then the line of each key.

Apple writes a DOCTYPE into every list. That one line is known by heart and blanked; any other declaration is
refused. Binary lists are read too; they have no lines, so key paths stand for positions.
"""

from __future__ import annotations

import plistlib
import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers.expat import ExpatError

from pinlab.pins.errors import PinFileError
from pinlab.pins.sources.safe_xml import Element, parse_xml
from pinlab.pins.spot import Spot

APPLE_DOCTYPE = re.compile(
    rb'<!DOCTYPE\s+plist\s+PUBLIC\s+"-//Apple(?: Computer)?//DTD PLIST 1\.0//EN"\s+'
    rb'"https?://www\.apple\.com/DTDs/PropertyList-1\.0\.dtd"\s*>'
)


class Plist:
    """A dictionary at the root, and where each of its keys stands."""

    def __init__(self, source: str, root: Mapping[str, Any], lines: Mapping[str, int]) -> None:
        self.source, self.root, self._lines = source, root, lines

    def spot(self, path: str) -> Spot:
        """The position of a key path such as `NSPinnedDomains.example.com`."""
        return Spot(self._lines.get(path, 0), key=path)

    def error_at(self, path: str, text: str) -> PinFileError:
        """An error about one key."""
        return PinFileError.at(self.source, self.spot(path), text)

    def take(self, holder: Mapping[str, Any], path: str, key: str, kind: type, default: Any) -> Any:
        """The value of `key` if it is of `kind`; PinFileError if it is of another."""
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
    """Whether it looks like a property list, of either form."""
    return data.startswith(b"bplist") or b"<plist" in data[:4096]


def parse_plist(data: bytes, source: str) -> Plist:
    """Read a list; PinFileError says what is wrong or not allowed, and where."""
    lines: dict[str, int] = {}
    if not data.startswith(b"bplist"):
        data = APPLE_DOCTYPE.sub(lambda found: re.sub(rb"[^\n]", b" ", found[0]), data, count=1)
        root = parse_xml(data, source)
        if root.name != "plist" or not root.children:
            raise PinFileError.at(source, root.spot, "the root element must be <plist> with a <dict> inside")
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
    """Note the line of every key path below an element; depth is bounded by the parser."""
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
