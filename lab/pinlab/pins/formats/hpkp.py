"""The headers Public-Key-Pins and Public-Key-Pins-Report-Only (RFC 7469 2.1). Read only.

The header does not say for which host it is, so it is taken for every host.
"""

from __future__ import annotations

import re

from pinlab.core.errors import did_you_mean
from pinlab.pins.formats.base import Can, Format, Source
from pinlab.pins.model import HostPins, Match, Note, Pin, PinSet, Semantics, Spot
from pinlab.pins.spelling import base64_pin

NAME = "hpkp"
_HEADER = re.compile(r"^\s*public-key-pins(?P<report>-report-only)?\s*:", re.IGNORECASE)
_DIRECTIVE = re.compile(
    r'\s*(?P<name>[!#$%&\'*+.^_`|~0-9A-Za-z-]+)\s*(?:=\s*(?:"(?P<quoted>[^"]*)"|(?P<token>[^";\s]*)))?\s*'
)
IGNORED = "the header is ignored"
_KNOWN = ("pin-sha256", "max-age", "includeSubDomains", "report-uri")


def read(source: Source) -> PinSet:
    """The one header of the file, its name optional."""
    lines = [(number, line) for number, line in source.lines() if "pin-" in line.lower()]
    if len(lines) != 1:
        place = source.spot(source.start(lines[1][0])) if len(lines) > 1 else source.spot(0)
        raise source.print_error(place, f"wanted one header with pin-sha256 directives, found {len(lines)}")
    number, line = lines[0]
    header = _HEADER.match(line)
    at = header.end() if header else 0
    found = _directives(source, line, source.start(number), at)
    pins = tuple(_pin(value, spot) for name, value, spot in found if name == "pin-sha256")
    notes = _notes(found, source.spot(source.start(number)), not (header and header["report"]))
    if any(note.text.endswith(IGNORED) for note in notes):
        pins = ()
    uris = tuple(value for name, value, _ in found if name == "report-uri")
    enforced = not (header and header["report"])
    spot = source.spot(source.start(number))
    host = HostPins("", Match.EVERY_HOST, pins, Semantics.HPKP, None, enforced, uris, spot)
    return PinSet(NAME, source.name, (host,), tuple(notes))


def _directives(source: Source, line: str, start: int, at: int) -> list[tuple[str, str, Spot]]:
    found = []
    while at < len(line):
        directive = _DIRECTIVE.match(line, at)
        if not directive:
            raise source.print_error(
                source.spot(start + at), 'a directive is wanted here, such as pin-sha256="..."'
            )
        value = directive["quoted"] if directive["quoted"] is not None else directive["token"] or ""
        found.append((directive["name"].lower(), value, source.spot(start + directive.start("name"))))
        at = directive.end()
        if at < len(line):
            if line[at] != ";":
                raise source.print_error(source.spot(start + at), 'a ";" is wanted between directives')
            at += 1
            if not line[at:].strip():
                break
    return found


def _pin(value: str, spot: Spot) -> Pin:
    return base64_pin(value, spot=spot)


def _notes(found: list[tuple[str, str, Spot]], spot: Spot, enforced: bool) -> list[Note]:
    names = [name for name, _, _ in found]
    notes = []
    for name, value, where in found:
        if name not in {known.lower() for known in _KNOWN}:
            notes.append(
                Note("PIN010", f"{name} is no directive of RFC 7469{did_you_mean(name, _KNOWN)}", where)
            )
        if name == "max-age" and not value.isdigit():
            notes.append(Note("PIN010", f'max-age="{value}" is no number of seconds: {IGNORED}', where))
        if name == "max-age" and value == "0":
            notes.append(Note("PIN010", f"max-age=0 makes a browser forget its pins: {IGNORED}", where))
        if name in ("max-age", "includesubdomains") and names.count(name) > 1:
            notes.append(Note("PIN010", f"{name} more than once: {IGNORED}", where))
    if "max-age" not in names and enforced:
        notes.append(Note("PIN010", f"no max-age (RFC 7469 2.1.2): {IGNORED}", spot))
    return notes


FORMAT = Format(
    NAME,
    "HTTP Public-Key-Pins header",
    Can(report_only=True, report_uris=True),
    Semantics.HPKP,
    lambda source: (
        re.search(rb'pin-sha256\s*=\s*"?|^public-key-pins', source.data, re.IGNORECASE | re.M) is not None
    ),
    read,
)
