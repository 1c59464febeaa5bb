"""curl's --pinnedpubkey, and the same syntax in CURLOPT_PINNEDPUBLICKEY, wget and git's http.pinnedPubkey.

`sha256//BASE64;sha256//BASE64`: no blanks, padding required, compared only with the key of the leaf. With a
malformed pin curl refuses every server and does not say why.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pinlab.pins.formats.base import Capabilities, Format
from pinlab.pins.model import HostPins, Match, Pin, PinSet, Semantics
from pinlab.pins.source import Source
from pinlab.pins.spelling import base64_pin, encode, guess

NAME = "curl"
PREFIX = "sha256//"
_PIN = re.compile(rb"sha256//[A-Za-z0-9+/]{43}=")
_PLAIN = re.compile(rb"sha256/[A-Za-z0-9+/]{43}=")
_VALUE = re.compile(
    r"""[ \t]*(?:.*?(?:--(?:proxy-)?pinnedpubkey|pinnedpubkey)(?:[ \t]*[=:][ \t]*|[ \t]+))?"""
    r"""["']?(?P<value>[^"'\n]*)""",
    re.IGNORECASE,
)


def read(source: Source) -> PinSet:
    """The value itself, or the option of a curlrc, a command line or a git configuration that holds it."""
    hosts: list[HostPins] = []
    for number, line in source.lines():
        if line.lstrip().startswith(("#", "[")) or "sha256" not in line.lower():
            continue
        found = _VALUE.match(line)
        if found and hosts:
            text = "a second value, but curl uses one list; join them with ; and no blank"
            raise source.error_at(source.spot(source.start(number)), text)
        if found:
            offset = source.start(number)
            pins = _pins(source, found["value"].rstrip("\r"), offset + found.start("value"))
            spot = source.spot(offset + found.start("value"))
            hosts.append(HostPins("", Match.EVERY_HOST, pins, Semantics.SPKI_LEAF, spot=spot))
    if not hosts:
        raise source.error_at(
            source.spot(0), "has no pinnedpubkey value; write sha256//BASE64[;sha256//BASE64]"
        )
    return PinSet(NAME, source.name, tuple(hosts))


def _pins(source: Source, value: str, offset: int) -> tuple[Pin, ...]:
    """Split as Curl_pin_peer_pubkey does, only at `;sha256//`."""
    pins: list[Pin] = []
    named = not value.startswith(PREFIX)
    for text in re.split(f";(?={PREFIX})", value):
        pin = base64_pin(text, prefix=PREFIX, spot=source.spot(offset))
        if named:
            pin = replace(
                pin, fault=f"the value does not start with {PREFIX}, so curl takes it for a file name"
            )
        elif ";" in text:
            fault = "curl splits only at ;sha256//, so there may be no blank and nothing after the last pin"
            pin = replace(pin, digest=guess(text.partition(";")[0]), fault=fault)
        pins.append(pin)
        offset += len(text) + 1
    return tuple(pins)


def write(pinset: PinSet) -> str:
    """The value of --pinnedpubkey."""
    return ";".join(f"{PREFIX}{encode(pin.digest)}" for pin in pinset.hosts[0].pins) + "\n"


def recognises(source: Source) -> bool:
    """Whether a file has curl's prefix, and not `sha256/` before base64 that starts with a slash."""
    if b"pinnedpubkey" in source.data.lower() or _PIN.search(source.data):
        return True
    return b"sha256//" in source.data and not _PLAIN.search(source.data)


FORMAT = Format(
    NAME,
    "curl --pinnedpubkey, wget, git http.pinnedPubkey",
    Capabilities(leaf_only=True),
    Semantics.SPKI_LEAF,
    recognises,
    read,
    write,
)
