"""TrustKit's configuration: TSKConfiguration in Info.plist, or the dictionary itself as a property list.

An enforced domain needs two different pins, otherwise the app stops at its start. From the expiration date on
nothing is pinned.
"""

from __future__ import annotations

import datetime
import plistlib
from collections.abc import Mapping
from typing import Any

from pinlab.core.errors import did_you_mean
from pinlab.pins.formats.base import Capabilities, Format, date_of, host_fault
from pinlab.pins.model import HostPins, Match, Note, PinSet, Semantics
from pinlab.pins.source import Source
from pinlab.pins.sources.safe_plist import Plist, is_plist, parse_plist
from pinlab.pins.spelling import base64_pin, encode

NAME = "trustkit"
KEYS = (
    *(
        "TSKPublicKeyHashes",
        "TSKEnforcePinning",
        "TSKIncludeSubdomains",
        "TSKExcludeSubdomainFromParentPolicy",
    ),
    *("TSKReportUris", "TSKDisableDefaultReportUri", "TSKExpirationDate", "TSKPublicKeyAlgorithms"),
    "TSKAdditionalTrustAnchors",
)


def read(source: Source) -> PinSet:
    """The pins of every domain; a domain excluded from its parent's policy has none."""
    plist = parse_plist(source.data, source.name)
    remarks: list[Note] = []
    domains = plist.domains("TSKConfiguration", "TSKPinnedDomains")
    hosts = tuple(_host(plist, path, name, entry, remarks) for path, name, entry in domains)
    return PinSet(NAME, source.name, hosts, tuple(remarks))


def _host(plist: Plist, path: str, name: str, entry: Mapping[str, Any], remarks: list[Note]) -> HostPins:
    fault = host_fault(name)
    if fault:
        remarks.append(Note("PIN012", f"{fault}; TrustKit pins nothing for it", plist.spot(path)))
    for key in entry:
        if key not in KEYS:
            text = f"{key} is unknown to TrustKit and ignored{did_you_mean(key, KEYS)}"
            remarks.append(Note("PIN010", text, plist.spot(f"{path}.{key}")))
    excluded = plist.take(entry, path, "TSKExcludeSubdomainFromParentPolicy", bool, False)
    deep = plist.take(entry, path, "TSKIncludeSubdomains", bool, False)
    pins = tuple(
        base64_pin(text, spot=plist.spot(f"{path}.TSKPublicKeyHashes[{number}]"))
        for number, text in enumerate(plist.strings(entry, path, "TSKPublicKeyHashes"))
    )
    return HostPins(
        name.lower(),
        Match.ANY_DEPTH_AND_SELF if deep else Match.EXACT,
        pins,
        Semantics.TRUSTKIT,
        _expiry(plist, path, entry),
        enforced=plist.take(entry, path, "TSKEnforcePinning", bool, True) and not excluded,
        report_uris=tuple(plist.strings(entry, path, "TSKReportUris")),
        spot=plist.spot(path),
    )


def _expiry(plist: Plist, path: str, entry: Mapping[str, Any]) -> datetime.date | None:
    """The expiration date. TrustKit ignores a date that it cannot read, so this is an error here."""
    text = plist.take(entry, path, "TSKExpirationDate", str, "")
    if not text:
        return None
    date = date_of(text)
    if date is None:
        raise plist.error_at(f"{path}.TSKExpirationDate", f'"{text}" is not a date; write yyyy-MM-dd')
    return date


def write(pinset: PinSet) -> str:
    """An Info.plist with the pins only."""
    domains: dict[str, Any] = {}
    for host in pinset.hosts:
        entry: dict[str, Any] = {
            "TSKPublicKeyHashes": [encode(pin.digest) for pin in host.pins],
            "TSKEnforcePinning": host.enforced,
            "TSKIncludeSubdomains": host.match == Match.ANY_DEPTH_AND_SELF,
        }
        if host.expires:
            entry["TSKExpirationDate"] = host.expires.isoformat()
        if host.report_uris:
            entry["TSKReportUris"] = list(host.report_uris)
        else:
            entry["TSKDisableDefaultReportUri"] = True
        domains[host.pattern] = entry
    document = {"TSKConfiguration": {"TSKSwizzleNetworkDelegates": False, "TSKPinnedDomains": domains}}
    return plistlib.dumps(document, sort_keys=False).decode("utf-8")


FORMAT = Format(
    NAME,
    "TrustKit configuration",
    Capabilities(
        matches=frozenset({Match.EXACT, Match.ANY_DEPTH_AND_SELF}),
        expiry=True,
        report_only=True,
        report_uris=True,
        fewest_pins=2,
    ),
    Semantics.TRUSTKIT,
    lambda source: is_plist(source.data) and b"TSKPinnedDomains" in source.data,
    read,
    write,
)
