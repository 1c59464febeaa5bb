"""Android's res/xml/network_security_config.xml, as AOSP's XmlConfigSource.java reads it.

What Android ignores without an error (a misspelt element, for example) becomes a note: the host is then not pinned.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from pinlab.core.errors import did_you_mean
from pinlab.pins.formats.base import Capabilities, Format, date_of, host_fault
from pinlab.pins.model import HostPins, Match, Note, Pin, PinSet, Semantics
from pinlab.pins.source import Source
from pinlab.pins.sources.safe_xml import Element, parse_xml
from pinlab.pins.spelling import ANDROID, base64_pin, encode

NAME = "android-nsc"
_KNOWN = {
    "network-security-config": ("base-config", "domain-config", "debug-overrides"),
    "base-config": ("trust-anchors", "certificateTransparency"),
    "debug-overrides": ("trust-anchors",),
    "domain-config": (
        *(
            "domain",
            "pin-set",
            "trust-anchors",
            "domain-config",
            "trustkit-config",
            "certificateTransparency",
        ),
        "domainEncryption",
    ),
    "pin-set": ("pin",),
    "trust-anchors": ("certificates",),
}
_TRAFFIC = ("cleartextTrafficPermitted", "hstsEnforced")
_ATTRIBUTES = {
    "network-security-config": (),
    "base-config": _TRAFFIC,
    "domain-config": _TRAFFIC,
    "domain": ("includeSubdomains",),
    "pin-set": ("expiration",),
    "pin": ("digest",),
    "certificates": ("src", "overridePins"),
}
"""Attributes of a namespace (tools:, xmlns:) are for the build and are not checked."""


@dataclass
class _Reading:
    source: Source
    hosts: list[HostPins] = field(default_factory=list)
    remarks: list[Note] = field(default_factory=list)


def read(source: Source) -> PinSet:
    """The pins of every domain, including those inherited from the enclosing config."""
    root = parse_xml(source.data, source.name)
    if root.name != "network-security-config":
        raise source.error_at(root.spot, f"the root must be <network-security-config>, not <{root.name}>")
    reading = _Reading(source)
    _note_unknown(root, reading)
    for config in root.all("domain-config"):
        _domain_config(config, (), None, reading)
    return PinSet(NAME, source.name, tuple(reading.hosts), tuple(reading.remarks))


def _note_unknown(element: Element, reading: _Reading) -> None:
    known = _KNOWN.get(element.name, ())
    for name in element.attributes:
        expected = _ATTRIBUTES.get(element.name)
        if expected is not None and name not in expected and not name.startswith(("xmlns", "tools:")):
            text = f"the attribute {name} of <{element.name}> is unknown to Android and ignored"
            reading.remarks.append(Note("PIN010", text + did_you_mean(name, expected), element.spot))
    for child in element.children:
        if element.name in _KNOWN and child.name not in known:
            text = f"<{child.name}> is unknown to Android and ignored{did_you_mean(child.name, known)}"
            if child.name == "pin-set":
                raise reading.source.error_at(child.spot, "<pin-set> belongs inside <domain-config>")
            reading.remarks.append(Note("PIN010", text, child.spot))
        override = child.attributes.get("overridePins", "").lower()
        if child.name == "certificates" and override in ("true", "1") and element.name == "trust-anchors":
            text = "overridePins: a chain that ends in these anchors needs no pin"
            reading.remarks.append(Note("PIN017", text, child.spot))
        _note_unknown(child, reading)


def _domain_config(
    config: Element, pins: tuple[Pin, ...], expires: datetime.date | None, reading: _Reading
) -> None:
    sets = list(config.all("pin-set"))
    if len(sets) > 1:
        raise reading.source.error_at(sets[1].spot, "a second <pin-set> in one <domain-config>")
    if sets:
        pins, expires = (
            tuple(_pin(pin, reading.source) for pin in sets[0].all("pin")),
            _expiry(sets[0], reading),
        )
    domains = list(config.all("domain"))
    if not domains:
        raise reading.source.error_at(config.spot, "a <domain-config> without any <domain>")
    for domain in domains:
        name = domain.text.lower()
        fault = host_fault(name)
        if fault:
            reading.remarks.append(Note("PIN012", fault, domain.spot))
        deep = domain.attributes.get("includeSubdomains", "false").strip().lower() in ("true", "1")
        match = Match.ANY_DEPTH_AND_SELF if deep else Match.EXACT
        reading.hosts.append(HostPins(name, match, pins, Semantics.ANDROID_NSC, expires, spot=domain.spot))
    for child in config.all("domain-config"):
        _domain_config(child, pins, expires, reading)


def _expiry(pin_set: Element, reading: _Reading) -> datetime.date | None:
    text = pin_set.attributes.get("expiration")
    if text is None:
        return None
    date = date_of(text)
    if date is None:
        raise reading.source.error_at(pin_set.spot, f'expiration="{text}" is not a date; write yyyy-MM-dd')
    return date


def _pin(element: Element, source: Source) -> Pin:
    digest = element.attributes.get("digest")
    if digest != "SHA-256":
        raise source.error_at(element.spot, f'<pin> needs digest="SHA-256", not "{digest or ""}"')
    if element.children:
        raise source.error_at(element.children[0].spot, "an element inside <pin>; write only the base64")
    return base64_pin(element.text, leniency=ANDROID, spot=element.spot)


def write(pinset: PinSet) -> str:
    """A <domain-config> for each host."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<network-security-config>"]
    for host in pinset.hosts:
        deep = "true" if host.match == Match.ANY_DEPTH_AND_SELF else "false"
        until = f' expiration="{host.expires.isoformat()}"' if host.expires else ""
        lines += [
            "    <domain-config>",
            f'        <domain includeSubdomains="{deep}">{escape(host.pattern)}</domain>',
            f"        <pin-set{until}>",
            *(f'            <pin digest="SHA-256">{encode(pin.digest)}</pin>' for pin in host.pins),
            "        </pin-set>",
            "    </domain-config>",
        ]
    return "\n".join([*lines, "</network-security-config>", ""])


FORMAT = Format(
    NAME,
    "Android network security configuration",
    Capabilities(matches=frozenset({Match.EXACT, Match.ANY_DEPTH_AND_SELF}), expiry=True),
    Semantics.ANDROID_NSC,
    lambda source: b"<network-security-config" in source.data,
    read,
    write,
)
