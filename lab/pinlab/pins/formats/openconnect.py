"""OpenConnect's --servercert: pin-sha256:BASE64, sha256:HEX or sha1:HEX of the server's key. Read only.

OpenConnect also accepts the first characters of a hash, four or more. Here that is a fault: it does not pin.
Mercurial's hgrc writes the same notation for hashes of certificates, so a file with its sections is not taken.
"""

from __future__ import annotations

import re

from pinlab.pins.formats.base import Capabilities, Format
from pinlab.pins.model import HostPins, Kind, Match, Pin, PinSet, Semantics
from pinlab.pins.source import Source, Spot
from pinlab.pins.spelling import base64_pin, hex_pin

NAME = "openconnect"
_VALUE = re.compile(r"(?:^|(?<=[\s=\"']))(?P<value>(?:pin-sha256|sha256|sha1):[^\s\"']*)")


def read(source: Source) -> PinSet:
    """Every value in the file: a command line, a configuration, or values alone."""
    pins: list[Pin] = []
    for number, line in source.lines():
        if line.lstrip().startswith("#"):
            continue
        for found in _VALUE.finditer(line):
            spot = source.spot(source.start(number) + found.start("value"))
            pins.append(_pin(found["value"], spot))
    if not pins:
        raise source.error_at(source.spot(0), "has no pin-sha256:BASE64, sha256:HEX or sha1:HEX")
    host = HostPins("", Match.EVERY_HOST, tuple(pins), Semantics.SPKI_LEAF, spot=pins[0].spot)
    return PinSet(NAME, source.name, (host,))


def _pin(value: str, spot: Spot) -> Pin:
    algorithm, _, text = value.partition(":")
    if algorithm == "pin-sha256":
        return base64_pin(value, prefix="pin-sha256:", spot=spot)
    return hex_pin(text, kind=Kind.SPKI, algorithms=(algorithm,), spot=spot)


FORMAT = Format(
    NAME,
    "OpenConnect --servercert",
    Capabilities(kinds=frozenset({(Kind.SPKI, "sha256"), (Kind.SPKI, "sha1")}), leaf_only=True),
    Semantics.SPKI_LEAF,
    lambda source: (
        re.search(rb"(?:^|[\s=\"'])(?:pin-sha256|sha1|sha256):", source.data) is not None
        and b"[host" not in source.data
    ),
    read,
)
