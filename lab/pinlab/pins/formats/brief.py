"""The host and pins of a brief of this lab (PROTOCOL.md). Read only."""

from __future__ import annotations

from pinlab.pins.formats.base import Capabilities, Format
from pinlab.pins.model import HostPins, Match, PinSet, Semantics
from pinlab.pins.source import Source
from pinlab.pins.sources.json_document import parse_json
from pinlab.pins.sources.value_tree import Fields
from pinlab.pins.spelling import base64_pin

NAME = "brief"


def read(source: Source) -> PinSet:
    """The pins for the host of the brief; `null` means that the client does not pin, and gives no entry."""
    brief = Fields(source, parse_json(source))
    host, pins = brief.text("host"), brief.members.get("pins")
    if not host.value or pins is None:
        raise source.error_at(source.spot(brief.offset), 'the keys "host" and "pins" are missing')
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
    Capabilities(matches=frozenset({Match.EXACT})),
    Semantics.SPKI_ANY,
    lambda source: b"pinlab.brief/" in source.data,
    read,
)
