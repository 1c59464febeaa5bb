"""Hashes of public keys in hex, each on a line. They look like fingerprints, so the user must name this format."""

from __future__ import annotations

from pinlab.pins.formats.base import Capabilities, Format
from pinlab.pins.formats.hex_certificate import hex_lines
from pinlab.pins.model import HostPins, Kind, Match, PinSet, Semantics
from pinlab.pins.source import Source

NAME = "hex-spki"


def read(source: Source) -> PinSet:
    """All lines as a set for every host."""
    pins = hex_lines(source, Kind.SPKI, ("sha256",))
    host = HostPins("", Match.EVERY_HOST, pins, Semantics.SPKI_ANY, spot=pins[0].spot)
    return PinSet(NAME, source.name, (host,))


def write(pinset: PinSet) -> str:
    """Lower case without colons."""
    lines = []
    for pin in pinset.hosts[0].pins:
        label = f"  # {pin.label}" if pin.label else ""
        lines.append(f"{pin.digest.hex()}{label}\n")
    return "".join(lines)


FORMAT = Format(
    NAME, "hex hashes of keys", Capabilities(labels=True), Semantics.SPKI_ANY, read=read, write=write
)
