"""react-native-ssl-pinning: fetch(url, {pkPinning: true, sslPinning: {certs: ["sha256/..."]}}) in JavaScript.

Without pkPinning the entries of `certs` name certificate files inside the app, so the source has no pins.
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from pinlab.pins.formats.base import Capabilities, Format, host_fault
from pinlab.pins.model import HostPins, Match, Note, PinSet, Semantics
from pinlab.pins.source import Source
from pinlab.pins.sources.object_literals import LiteralReader
from pinlab.pins.sources.tokens import SourceToken, arguments, calls_of, literal, sign, tokens
from pinlab.pins.sources.value_tree import Fields
from pinlab.pins.spelling import OKIO, base64_pin, encode

NAME = "rn-ssl-pinning"
MOST_CALLS = 1000


def read(source: Source) -> PinSet:
    """The pins of every fetch call that has the option sslPinning."""
    run = tokens(source)
    calls = calls_of(run, "fetch")
    if len(calls) > MOST_CALLS:
        raise source.error_at(
            source.spot(run[calls[MOST_CALLS]].offset), f"more than {MOST_CALLS} calls of fetch"
        )
    hosts: list[HostPins] = []
    remarks: list[Note] = []
    for at in calls:
        parts, _ = arguments(run, at)
        if len(parts) > 1 and sign(parts[1][0], "{"):
            options = Fields(source, LiteralReader(source, parts[1], 0).value())
            if "sslPinning" in options.members:
                hosts.append(_host(source, parts[0], options, remarks))
    if not hosts:
        text = "no fetch(url, {pkPinning: true, sslPinning: {certs: [...]}}) written as a literal"
        raise source.error_at(source.spot(0), text)
    return PinSet(NAME, source.name, tuple(hosts), tuple(remarks))


def _host(source: Source, url: list[SourceToken], options: Fields, remarks: list[Note]) -> HostPins:
    spot = source.spot(url[0].offset)
    certs = (options.object("sslPinning") or options).strings("certs")
    if not options.flag("pkPinning", False):
        text = "certs without pkPinning: true are names of files inside the app, not pins"
        raise source.error_at(source.spot(certs[0].offset) if certs else spot, text)
    host = _host_of(literal(url))
    if not host:
        remarks.append(
            Note("PIN012", "the host of this URL is not a literal; the pins count for every host", spot)
        )
    elif host_fault(host):
        remarks.append(Note("PIN012", host_fault(host), spot))
    pins = tuple(
        base64_pin(node.value, prefix="sha256/", leniency=OKIO, spot=source.spot(node.offset))
        for node in certs
    )
    match = Match.EXACT if host else Match.EVERY_HOST
    return HostPins(host, match, pins, Semantics.OKHTTP, spot=spot)


def _host_of(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").lower()
    except ValueError:
        return ""


def write(pinset: PinSet) -> str:
    """A call for each host."""
    calls = []
    for host in pinset.hosts:
        pins = ", ".join(json.dumps(f"sha256/{encode(pin.digest)}") for pin in host.pins)
        url = json.dumps(f"https://{host.pattern}/")
        calls.append(
            f"await fetch({url}, {{\n  pkPinning: true,\n  sslPinning: {{ certs: [{pins}] }},\n}});\n"
        )
    return 'import { fetch } from "react-native-ssl-pinning";\n\n' + "\n".join(calls)


FORMAT = Format(
    NAME,
    "react-native-ssl-pinning",
    Capabilities(matches=frozenset({Match.EXACT})),
    Semantics.OKHTTP,
    lambda source: b"sslPinning" in source.data and b"fetch" in source.data,
    read,
    write,
)
