"""Fingerprints of certificates in hex, each on a line, as browsers and `openssl x509 -fingerprint` print them.

64 digits are SHA-256, 40 are SHA-1, with or without colons. `sha256 Fingerprint=` may precede them.
"""

from __future__ import annotations

import re

from pinlab.pins.formats.base import Capabilities, Format
from pinlab.pins.model import HostPins, Kind, Match, Pin, PinSet, Semantics
from pinlab.pins.source import Source
from pinlab.pins.spelling import hex_pin

NAME = "hex-certificate"
ALGORITHMS = ("sha256", "sha1")
_BEFORE = re.compile(r"^(?:sha-?(?:1|256) fingerprint=)?", re.IGNORECASE)
_LINE = re.compile(
    rb"^(?:sha-?(?:1|256) fingerprint=)?(?:[0-9a-f]{2}:?){20}(?:(?:[0-9a-f]{2}:?){12})?\s*(?:#|$)", re.I
)


def hex_lines(source: Source, kind: Kind, algorithms: tuple[str, ...]) -> tuple[Pin, ...]:
    """A pin for each line; the text after # is its label."""
    pins = []
    for number, line in source.lines():
        content, _, label = line.partition("#")
        text = _BEFORE.sub("", content.strip())
        if text:
            spot = source.spot(source.start(number) + line.index(text))
            pins.append(hex_pin(text, kind=kind, algorithms=algorithms, label=label.strip(), spot=spot))
    if not pins:
        raise source.error_at(source.spot(0), "has no fingerprint; write lines of hex digits")
    return tuple(pins)


def read(source: Source) -> PinSet:
    """All lines as a set for every host."""
    pins = hex_lines(source, Kind.CERTIFICATE, ALGORITHMS)
    host = HostPins("", Match.EVERY_HOST, pins, Semantics.CERT_HASH, spot=pins[0].spot)
    return PinSet(NAME, source.name, (host,))


def write(pinset: PinSet) -> str:
    """Upper case with colons."""
    lines = []
    for pin in pinset.hosts[0].pins:
        label = f"  # {pin.label}" if pin.label else ""
        lines.append(f"{pin.digest.hex(':').upper()}{label}\n")
    return "".join(lines)


FORMAT = Format(
    NAME,
    "hex fingerprints of certificates",
    Capabilities(
        kinds=frozenset({(Kind.CERTIFICATE, name) for name in ALGORITHMS}), leaf_only=True, labels=True
    ),
    Semantics.CERT_HASH,
    lambda source: any(_LINE.match(line) for line in source.data[:65536].splitlines()),
    read,
    write,
)
