"""What `--init --pins` is given: an app's own pin file, read as its library reads it.

A plan speaks of keys, so only SPKI pins of SHA-256 can begin one; whatever else is refused by name.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from pinlab.core.errors import FileError
from pinlab.pins.format_table import read_named
from pinlab.pins.hosts import select
from pinlab.pins.model import Kind, Pin, PinSet


def pins_in(files: Sequence[str], hosts: Sequence[str]) -> tuple[str, ...]:
    """Give what these files ([FORMAT=]FILE) pin for the first host of a certificate, as "sha256/...".

    FileError: a file cannot be read, pins no such host, or two pin different keys.
    """
    sets = [pinset for name in files for pinset in read_named(name)]
    if not hosts:
        raise FileError("--pins: the certificate in service names no host to look for in the pin files")
    found = {set_.source: _of(set_, hosts[0]) for set_ in sets}
    first = next(iter(found.values()), ())
    for source, pins in found.items():
        if set(pins) != set(first):
            raise FileError(
                f"--pins: {source} and {next(iter(found))} pin different keys for {hosts[0]}: one plan "
                "tells of one set a release, so draft one for each; `pinlab pins check` says what differs"
            )
    return first


def _of(pinset: PinSet, host: str) -> tuple[str, ...]:
    chosen = select(pinset, host)
    if chosen is None or not chosen.pins:
        raise FileError(f"--pins: {pinset.source}: pins nothing for {host}")
    return tuple(dict.fromkeys(_text(pin, pinset.source) for pin in chosen.pins if not pin.rejected))


def _text(pin: Pin, source: str) -> str:
    if pin.fault:
        raise FileError(f"--pins: {source}, {pin.spot}: {pin.fault}")
    if pin.kind != Kind.SPKI or pin.algorithm != "sha256":
        raise FileError(
            f"--pins: {source}, {pin.spot}: a {pin.algorithm} of a {pin.kind} is no key that a plan could "
            "name; `pinlab pins show` gives the pin of the key"
        )
    return f"sha256/{base64.b64encode(pin.digest).decode()}"
