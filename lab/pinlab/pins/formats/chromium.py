"""Chromium's static pins: transport_security_state_static.pins, and the JSON that names hosts. Read only.

The JSON refers to keys by the names in the .pins file, which must be beside it. Keys in bad_static_spki_hashes
are rejected before another key is accepted.
"""

from __future__ import annotations

import re

from pinlab.core.errors import did_you_mean
from pinlab.pins.chain_building import certificate_link, spki_link
from pinlab.pins.errors import PinFileError
from pinlab.pins.formats.base import Capabilities, Format, host_fault
from pinlab.pins.inputs.certificates import parse_objects
from pinlab.pins.model import HostPins, Kind, Match, Note, Pin, PinSet, Semantics
from pinlab.pins.source import Source, Spot
from pinlab.pins.sources.json_document import parse_json
from pinlab.pins.sources.value_tree import Fields
from pinlab.pins.spelling import base64_pin

NAME = "chromium"
_NAME = re.compile(r"[A-Z][A-Za-z0-9_]*")


def read(source: Source) -> PinSet:
    """The hosts of the JSON; a .pins file alone is a set of named keys for every host."""
    if source.text.lstrip().startswith(("{", "//")):
        return _read_json(source)
    pins = tuple(keys_of(source).values())
    host = HostPins("", Match.EVERY_HOST, pins, Semantics.CHROMIUM, spot=pins[0].spot)
    return PinSet(NAME, source.name, (host,))


def keys_of(source: Source) -> dict[str, Pin]:
    """The keys of a .pins file by name; each is a hash, a public key or a certificate."""
    found: dict[str, Pin] = {}
    name = ""
    block: list[str] = []
    for number, raw in source.lines():
        line, spot = raw.strip(), Spot(number, 1)
        if block:
            block.append(line)
            if line.startswith("-----END "):
                found[name] = Pin(_spki_hash(source, "\n".join(block), spot), label=name, spot=spot)
                name, block = "", []
        elif not line or line.startswith("#") or re.fullmatch(r"PinsListTimestamp|[0-9]+", line):
            continue
        elif line.startswith("-----BEGIN ") and name:
            block = [line]
        elif line.startswith("sha256/") and name:
            found[name] = base64_pin(line, prefix="sha256/", label=name, spot=spot)
            name = ""
        elif _NAME.fullmatch(line) and not name:
            name = line
            if name in found:
                raise source.error_at(spot, f"the name {name} a second time")
        else:
            raise source.error_at(
                spot, "wanted a name, and below it sha256/BASE64, a PEM key or a certificate"
            )
    if name or not found:
        raise source.error_at(source.spot(len(source.text)), "the file ends where a key is wanted")
    return found


def _spki_hash(source: Source, pem: str, spot: Spot) -> bytes:
    try:
        objects = parse_objects(pem.encode("ascii", "replace"), source.name)
    except PinFileError as failure:
        raise source.error_at(spot, "the PEM block that ends here cannot be read") from failure
    found = objects.certificates
    link = certificate_link(found[0]) if found else spki_link(objects.keys[0], "")
    return link.digest(Kind.SPKI) or b""


def _read_json(source: Source) -> PinSet:
    root = Fields(source, parse_json(source, comments=True))
    keys = _sibling(source)
    sets: dict[str, tuple[tuple[Pin, ...], tuple[str, ...]]] = {}
    for node in _objects(root, "pinsets"):
        good = tuple(_key(source, key.value, key.offset, keys) for key in node.strings("static_spki_hashes"))
        bad = (_key(source, key.value, key.offset, keys) for key in node.strings("bad_static_spki_hashes"))
        rejected = tuple(Pin(pin.digest, label=pin.label, rejected=True, spot=pin.spot) for pin in bad)
        uri = node.text("report_uri").value
        sets[node.text("name").value] = (*good, *rejected), (uri,) if uri else ()
    hosts, remarks = [], []
    for node in _objects(root, "entries"):
        chosen = node.text("pins").value
        if not chosen:
            continue
        name, spot = node.text("name").value, source.spot(node.offset)
        if chosen not in sets:
            raise source.error_at(
                spot, f'"{name}": there is no pinset "{chosen}"{did_you_mean(chosen, sets)}'
            )
        if host_fault(name):
            remarks.append(Note("PIN012", host_fault(name), spot))
        pins, uris = sets[chosen]
        deep = node.flag("include_subdomains", False) or node.flag("include_subdomains_for_pinning", False)
        match = Match.ANY_DEPTH_AND_SELF if deep else Match.EXACT
        hosts.append(HostPins(name.lower(), match, pins, Semantics.CHROMIUM, report_uris=uris, spot=spot))
    return PinSet(NAME, source.name, tuple(hosts), tuple(remarks))


def _objects(root: Fields, key: str) -> list[Fields]:
    node = root.members.get(key)
    if node is None or not isinstance(node.value, list):
        raise root.source.error_at(root.source.spot(root.offset), f'the array "{key}" is missing')
    return [Fields(root.source, item) for item in node.value]


def _sibling(source: Source) -> dict[str, Pin]:
    """The keys of the .pins file; Chromium's two files are ..._static_pins.json and ..._static.pins."""
    if source.path is None:
        return {}
    stems = (source.path.stem, source.path.stem.removesuffix("_pins"))
    beside = (source.path.with_name(f"{stem}.pins") for stem in stems)
    return next((keys_of(Source.of(path)) for path in beside if path.is_file()), {})


def _key(source: Source, text: str, offset: int, keys: dict[str, Pin]) -> Pin:
    spot = source.spot(offset)
    if text.startswith("sha256/"):
        return base64_pin(text, prefix="sha256/", spot=spot)
    if text not in keys:
        expected = "the .pins file of the same name beside it" if not keys else "the .pins file"
        raise source.error_at(
            spot, f'the key "{text}" is not in {expected}{did_you_mean(text, keys) if keys else ""}'
        )
    return keys[text]


FORMAT = Format(
    NAME,
    "Chromium static pins",
    Capabilities(
        matches=frozenset({Match.EXACT, Match.ANY_DEPTH_AND_SELF}),
        rejected=True,
        labels=True,
        report_uris=True,
    ),
    Semantics.CHROMIUM,
    lambda source: (
        b"static_spki_hashes" in source.data
        or re.search(rb"^[A-Z]\w*\n(?:sha256/|-----BEGIN )", source.data, re.M) is not None
    ),
    read,
)
