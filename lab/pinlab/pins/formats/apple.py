"""Apple's NSPinnedDomains in Info.plist (NSAppTransportSecurity > NSPinnedDomains).

It has no expiration date and no report-only mode, and "subdomains" means one more label. Where the list for the
leaf and the list for CAs are both present, both must match.
"""

from __future__ import annotations

import plistlib
from collections.abc import Mapping
from typing import Any

from pinlab.core.errors import did_you_mean
from pinlab.pins.formats.base import Capabilities, Format, host_fault
from pinlab.pins.model import HostPins, Match, Note, Pin, PinSet, Role, Semantics
from pinlab.pins.source import Source
from pinlab.pins.sources.safe_plist import Plist, is_plist, parse_plist
from pinlab.pins.spelling import base64_pin, encode

NAME = "apple"
LISTS = {"NSPinnedCAIdentities": Role.CA, "NSPinnedLeafIdentities": Role.LEAF}
HASH = "SPKI-SHA256-BASE64"
_KEYS = ("NSIncludesSubdomains", *LISTS)


def read(source: Source) -> PinSet:
    """The pins of every domain: the list for CAs first, then the list for the leaf."""
    plist = parse_plist(source.data, source.name)
    remarks: list[Note] = []
    domains = plist.domains("NSAppTransportSecurity", "NSPinnedDomains")
    hosts = tuple(_host(plist, path, name, entry, remarks) for path, name, entry in domains)
    return PinSet(NAME, source.name, hosts, tuple(remarks))


def _host(plist: Plist, path: str, name: str, entry: Mapping[str, Any], remarks: list[Note]) -> HostPins:
    fault = host_fault(name) or ("" if name == name.lower() else f'"{name}" must be in lower case')
    if fault:
        remarks.append(Note("PIN012", fault, plist.spot(path)))
    for key in entry:
        if key not in _KEYS:
            text = f"{key} is unknown to Apple and ignored{did_you_mean(key, _KEYS)}"
            remarks.append(Note("PIN010", text, plist.spot(f"{path}.{key}")))
    pins: list[Pin] = []
    for key, role in LISTS.items():
        for number, item in enumerate(plist.take(entry, path, key, list, [])):
            pins.append(_pin(plist, f"{path}.{key}[{number}]", item, role))
    deep = plist.take(entry, path, "NSIncludesSubdomains", bool, False)
    match = Match.ONE_LABEL_AND_SELF if deep else Match.EXACT
    return HostPins(name.lower(), match, tuple(pins), Semantics.APPLE_AND, spot=plist.spot(path))


def _pin(plist: Plist, path: str, item: Any, role: Role) -> Pin:
    if not isinstance(item, dict) or not isinstance(item.get(HASH), str):
        raise plist.error_at(path, f"must be a dictionary with the string {HASH}")
    return base64_pin(item[HASH], role=role, spot=plist.spot(path))


def write(pinset: PinSet) -> str:
    """An Info.plist with the pins only."""
    domains: dict[str, Any] = {}
    for host in pinset.hosts:
        entry: dict[str, Any] = {"NSIncludesSubdomains": host.match == Match.ONE_LABEL_AND_SELF}
        for key, role in LISTS.items():
            pins = [{HASH: encode(pin.digest)} for pin in host.pins if pin.role == role]
            if pins:
                entry[key] = pins
        domains[host.pattern] = entry
    document = {"NSAppTransportSecurity": {"NSPinnedDomains": domains}}
    return plistlib.dumps(document, sort_keys=False).decode("utf-8")


FORMAT = Format(
    NAME,
    "Apple NSPinnedDomains in Info.plist",
    Capabilities(matches=frozenset({Match.EXACT, Match.ONE_LABEL_AND_SELF}), roles=True, must_have_role=True),
    Semantics.APPLE_AND,
    lambda source: is_plist(source.data) and b"NSPinnedDomains" in source.data,
    read,
    write,
)
