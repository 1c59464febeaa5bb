"""Mercurial's hgrc: [hostsecurity] host:fingerprints = sha256:aa:bb:..., [hostfingerprints]. Read only.

Hashes of the whole leaf certificate; any of a host's list will do, and the authorities are not asked then.
"""

from __future__ import annotations

import re

from pinlab.pins.formats.base import Can, Format, Source, host_fault
from pinlab.pins.model import HostPins, Kind, Match, Note, Pin, PinSet, Semantics, Spot
from pinlab.pins.spelling import hex_pin

NAME = "mercurial"
_SECTION = re.compile(r"\[([^\]]*)\]\s*(?:[#;].*)?$")
_ENTRY = re.compile(r"(?P<host>[^=\s]+?)(?P<what>:[a-z]+)?\s*=\s*(?P<value>.*)")


def read(source: Source) -> PinSet:
    """The fingerprints of both sections."""
    section = ""
    hosts: list[HostPins] = []
    notes: list[Note] = []
    for number, line in source.lines():
        found = _SECTION.match(line)
        if found:
            section = found[1]
        elif section in ("hostsecurity", "hostfingerprints") and line.strip() and line[0] not in "#; \t":
            _entry(source, section, line, Spot(number, 1), hosts, notes)
    if not hosts:
        raise source.print_error(
            source.spot(0), "holds no fingerprints in [hostsecurity] or [hostfingerprints]"
        )
    return PinSet(NAME, source.name, tuple(hosts), tuple(notes))


def _entry(
    source: Source, section: str, line: str, spot: Spot, hosts: list[HostPins], notes: list[Note]
) -> None:
    entry = _ENTRY.match(line)
    if not entry:
        raise source.print_error(spot, "wanted host:fingerprints = sha256:aa:bb:...")
    if section == "hostsecurity" and entry["what"] != ":fingerprints":
        if (entry["what"] or "").startswith(":fing"):
            notes.append(
                Note("PIN010", f'"{entry["what"][1:]}" means nothing; did you mean "fingerprints"?', spot)
            )
        return
    host = entry["host"] if section == "hostsecurity" else entry["host"] + (entry["what"] or "")
    if host_fault(host):
        notes.append(Note("PIN012", host_fault(host), spot))
    old = section == "hostfingerprints"
    pins = tuple(_pin(text.strip(), old, spot) for text in entry["value"].split(",") if text.strip())
    hosts.append(HostPins(host.lower(), Match.EXACT, pins, Semantics.CERT_HASH, spot=spot))


def _pin(text: str, old: bool, spot: Spot) -> Pin:
    algorithm, _, digits = ("sha1", "", text) if old else text.partition(":")
    if algorithm not in ("sha1", "sha256", "sha512"):
        fault = f'"{text[:20]}" does not start with sha256:, sha512: or sha1:'
        return Pin(b"", Kind.CERTIFICATE, fault=fault, spot=spot)
    return hex_pin(digits, kind=Kind.CERTIFICATE, algorithms=(algorithm,), spot=spot)


FORMAT = Format(
    NAME,
    "Mercurial hgrc fingerprints",
    Can(
        kinds=frozenset({(Kind.CERTIFICATE, name) for name in ("sha1", "sha256", "sha512")}),
        matches=frozenset({Match.EXACT}),
        leaf_only=True,
    ),
    Semantics.CERT_HASH,
    lambda source: b"[hostsecurity]" in source.data or b"[hostfingerprints]" in source.data,
    read,
)
