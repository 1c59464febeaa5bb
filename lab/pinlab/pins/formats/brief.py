"""The lab's own policy: host and pins of a brief (PROTOCOL.md). Read only."""

from __future__ import annotations

from pinlab.pins.formats.base import Can, Format
from pinlab.pins.model import HostPins, Match, PinSet, Semantics
from pinlab.pins.source import Source
from pinlab.pins.sources.json_document import parse
from pinlab.pins.sources.node import Fields
from pinlab.pins.spelling import base64_pin

NAME = "brief"


def read(source: Source) -> PinSet:
    """The pins for the host of the brief; `null` means: do not pin, and gives no entry."""
    brief = Fields(source, parse(source))
    host, pins = brief.text("host"), brief.members.get("pins")
    if not host.value or pins is None:
        raise source.error_at(source.spot(brief.offset), 'wanted the keys "host" and "pins"')
    if pins.value is None:
        return PinSet(NAME, source.name, ())
    found = tuple(
        base64_pin(node.value, prefix="sha256/", spot=source.spot(node.offset))
        for node in brief.strings("pins")
    )
    entry = HostPins(host.value, Match.EXACT, found, Semantics.SPKI_ANY, spot=source.spot(pins.offset))
    return PinSet(NAME, source.name, (entry,))


FORMAT = Format(
    NAME,
    "a brief of this lab (PROTOCOL.md)",
    Can(matches=frozenset({Match.EXACT})),
    Semantics.SPKI_ANY,
    lambda source: b"pinlab.brief/" in source.data,
    read,
)
