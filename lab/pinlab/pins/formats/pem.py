"""Keys and certificates in PEM, pinned by their keys: curl's key file, certificates bundled in an app.

A CA certificate gives a pin for CAs, any other certificate a pin for the leaf.
"""

from __future__ import annotations

from dataclasses import replace

from pinlab.pins.chain import Link
from pinlab.pins.chain_building import certificate_link, spki_link
from pinlab.pins.formats.base import Capabilities, Format
from pinlab.pins.inputs.certificates import parse_objects, pem_blocks
from pinlab.pins.model import HostPins, Kind, Match, Pin, PinSet, Role, Semantics
from pinlab.pins.source import Source, Spot

NAME = "pem"


def read(source: Source) -> PinSet:
    """A pin for each certificate and public key, in the order of the file."""
    pins: list[Pin] = []
    for label, block, line in pem_blocks(source.data):
        if label != "CERTIFICATE" and not label.endswith("PUBLIC KEY"):
            raise source.error_at(
                Spot(line, 1), f'a PEM block "{label}"; only certificates and public keys can be pinned'
            )
        found = parse_objects(block, f"{source.name}, line {line}")
        if found.certificates:
            link = certificate_link(found.certificates[0])
            pins.append(_pin(link, Role.CA if link.is_ca else Role.LEAF, line))
        else:
            pins.append(replace(_pin(spki_link(found.keys[0], ""), Role.LEAF, line), label=""))
    if not pins:
        raise source.error_at(Spot(1, 1), "has no PEM block")
    host = HostPins("", Match.EVERY_HOST, tuple(pins), Semantics.SPKI_ANY, spot=pins[0].spot)
    return PinSet(NAME, source.name, (host,))


def _pin(link: Link, role: Role, line: int) -> Pin:
    return Pin(link.digest(Kind.SPKI) or b"", label=link.name, role=role, spot=Spot(line, 1))


FORMAT = Format(
    NAME,
    "certificates and public keys in PEM",
    Capabilities(roles=True, labels=True),
    Semantics.SPKI_ANY,
    lambda source: source.data.lstrip().startswith(b"-----BEGIN "),
    read,
)
