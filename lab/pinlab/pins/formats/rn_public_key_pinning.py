"""react-native-ssl-public-key-pinning: initializeSslPinning({host: {publicKeyHashes: []}}) in JavaScript.

It uses OkHttp on Android and TrustKit on iOS, so an entry needs two different pins. An expired entry pins
nothing.
"""

from __future__ import annotations

import json

from pinlab.core.errors import did_you_mean
from pinlab.pins.formats.base import Capabilities, Format, date_of, host_fault
from pinlab.pins.model import HostPins, Match, Note, PinSet, Semantics
from pinlab.pins.source import Source
from pinlab.pins.sources.object_literals import LiteralReader
from pinlab.pins.sources.tokens import calls_of, tokens
from pinlab.pins.sources.value_tree import Fields
from pinlab.pins.spelling import base64_pin, encode

NAME = "rn-public-key-pinning"
CALL = "initializeSslPinning"
_KEYS = ("includeSubdomains", "publicKeyHashes", "expirationDate")


def read(source: Source) -> PinSet:
    """The argument of the call; PinFileError unless there is exactly one call."""
    run = tokens(source)
    calls = [at + 1 for at in calls_of(run, CALL)]
    if len(calls) != 1:
        place = (
            source.spot(run[calls[1]].offset) if len(calls) > 1 and calls[1] < len(run) else source.spot(0)
        )
        raise source.error_at(place, f"found {len(calls)} calls of {CALL}({{...}}); write exactly one")
    domains = Fields(source, LiteralReader(source, run, calls[0]).value())
    remarks: list[Note] = []
    hosts = tuple(_host(source, name, Fields(source, node), remarks) for name, node in domains.items())
    return PinSet(NAME, source.name, hosts, tuple(remarks))


def _host(source: Source, name: str, entry: Fields, remarks: list[Note]) -> HostPins:
    spot = source.spot(entry.offset)
    fault = host_fault(name)
    if fault:
        remarks.append(Note("PIN012", fault, spot))
    for key, node in entry.items():
        if key not in _KEYS:
            text = f"{key} is unknown to the library and ignored{did_you_mean(key, _KEYS)}"
            remarks.append(Note("PIN010", text, source.spot(node.offset)))
    until = entry.text("expirationDate")
    expires = date_of(until.value)
    if until.value and expires is None:
        raise source.error_at(source.spot(until.offset), f'"{until.value}" is not a date; write yyyy-MM-dd')
    pins = tuple(
        base64_pin(node.value, spot=source.spot(node.offset)) for node in entry.strings("publicKeyHashes")
    )
    match = Match.ANY_DEPTH_AND_SELF if entry.flag("includeSubdomains", False) else Match.EXACT
    return HostPins(name.lower(), match, pins, Semantics.TRUSTKIT, expires, spot=spot)


def write(pinset: PinSet) -> str:
    """The call for the start of the app."""
    domains = {}
    for host in pinset.hosts:
        entry: dict[str, object] = {
            "includeSubdomains": host.match == Match.ANY_DEPTH_AND_SELF,
            "publicKeyHashes": [encode(pin.digest) for pin in host.pins],
        }
        if host.expires:
            entry["expirationDate"] = host.expires.isoformat()
        domains[host.pattern] = entry
    return f"await {CALL}({json.dumps(domains, indent=2)});\n"


FORMAT = Format(
    NAME,
    "react-native-ssl-public-key-pinning",
    Capabilities(matches=frozenset({Match.EXACT, Match.ANY_DEPTH_AND_SELF}), expiry=True, fewest_pins=2),
    Semantics.TRUSTKIT,
    lambda source: CALL.encode() in source.data,
    read,
    write,
)
