"""react-native-ssl-manager's ssl_config.json: {"sha256Keys": {host: [pins]}, "domains": {host: {...}}}."""

from __future__ import annotations

import json

from pinlab.core.errors import did_you_mean
from pinlab.pins.formats.base import Capabilities, Format, date_of, host_fault
from pinlab.pins.model import HostPins, Match, Note, PinSet, Semantics
from pinlab.pins.source import Source
from pinlab.pins.sources.json_document import parse_json
from pinlab.pins.sources.value_tree import Fields, ValueNode
from pinlab.pins.spelling import base64_pin, encode

NAME = "rn-ssl-manager"
_KEYS = ("enforcePinning", "expirationDate", "includeSubdomains")


def read(source: Source) -> PinSet:
    """The pins of every host, with its options from `domains`."""
    root = Fields(source, parse_json(source))
    keys = root.object("sha256Keys")
    if keys is None:
        raise source.error_at(source.spot(root.offset), 'the key "sha256Keys" is missing')
    domains = root.object("domains") or Fields(source, ValueNode({}, root.offset))
    remarks: list[Note] = []
    hosts = tuple(_host(source, name, keys, domains, remarks) for name in keys.members)
    for name, node in domains.items():
        if name not in keys.members:
            text = f"{name} has options and no pins{did_you_mean(name, keys.members)}"
            remarks.append(Note("PIN010", text, source.spot(node.offset)))
    return PinSet(NAME, source.name, hosts, tuple(remarks))


def _host(source: Source, name: str, keys: Fields, domains: Fields, remarks: list[Note]) -> HostPins:
    spot = source.spot(keys.members[name].offset)
    if host_fault(name):
        remarks.append(Note("PIN012", host_fault(name), spot))
    options = domains.object(name) or Fields(source, ValueNode({}, keys.offset))
    for key, node in options.items():
        if key not in _KEYS:
            remarks.append(
                Note(
                    "PIN010",
                    f"{key} is unknown to the library and ignored{did_you_mean(key, _KEYS)}",
                    source.spot(node.offset),
                )
            )
    until = options.text("expirationDate")
    expires = date_of(until.value)
    if until.value and expires is None:
        raise source.error_at(source.spot(until.offset), f'"{until.value}" is not a date; write yyyy-MM-dd')
    pins = tuple(
        base64_pin(node.value, prefix="sha256/", spot=source.spot(node.offset)) for node in keys.strings(name)
    )
    match = Match.ANY_DEPTH_AND_SELF if options.flag("includeSubdomains", False) else Match.EXACT
    enforced = options.flag("enforcePinning", True)
    return HostPins(name.lower(), match, pins, Semantics.TRUSTKIT, expires, enforced, spot=spot)


def write(pinset: PinSet) -> str:
    """The file."""
    keys = {host.pattern: [f"sha256/{encode(pin.digest)}" for pin in host.pins] for host in pinset.hosts}
    domains: dict[str, dict[str, object]] = {}
    for host in pinset.hosts:
        deep = host.match == Match.ANY_DEPTH_AND_SELF
        domains[host.pattern] = {"enforcePinning": host.enforced, "includeSubdomains": deep}
        if host.expires:
            domains[host.pattern]["expirationDate"] = host.expires.isoformat()
    return json.dumps({"sha256Keys": keys, "domains": domains}, indent=2) + "\n"


FORMAT = Format(
    NAME,
    "react-native-ssl-manager ssl_config.json",
    Capabilities(
        matches=frozenset({Match.EXACT, Match.ANY_DEPTH_AND_SELF}),
        expiry=True,
        report_only=True,
        fewest_pins=2,
    ),
    Semantics.TRUSTKIT,
    lambda source: b"sha256Keys" in source.data,
    read,
    write,
)
