""".NET: the strings that a ServerCertificateCustomValidationCallback compares, from C# source.

Upper-case hex is of the whole certificate (Thumbprint: SHA-1, GetCertHashString: SHA-256), base64 of the key
(PublicKey.ExportSubjectPublicKeyInfo). The app's own code decides what they are compared with.
"""

from __future__ import annotations

import re

from pinlab.pins.formats.base import Capabilities, Format
from pinlab.pins.model import HostPins, Kind, Match, Pin, PinSet, Semantics
from pinlab.pins.source import Source
from pinlab.pins.sources.tokens import tokens
from pinlab.pins.spelling import base64_pin, encode, hex_pin

NAME = "dotnet"
WORDS = (
    b"Thumbprint",
    b"GetCertHashString",
    b"ServerCertificateCustomValidationCallback",
    b"SubjectPublicKeyInfo",
)


def read(source: Source) -> PinSet:
    """Every string literal that has the form of a hash."""
    pins: list[Pin] = []
    for token in tokens(source):
        if token.kind != "string":
            continue
        spot = source.spot(token.offset)
        if re.fullmatch(r"(?:[0-9a-fA-F]{2}[: ]?){16,64}", token.value):
            pins.append(
                _hex(
                    hex_pin(token.value, kind=Kind.CERTIFICATE, algorithms=("sha256", "sha1"), spot=spot),
                    token.value,
                )
            )
        elif re.fullmatch(r"[A-Za-z0-9+/_-]{43}=?", token.value):
            pins.append(base64_pin(token.value, spot=spot))
    if not pins:
        raise source.error_at(source.spot(0), "has no string that is a hash in hex or base64")
    host = HostPins("", Match.EVERY_HOST, tuple(pins), Semantics.CERT_HASH, spot=pins[0].spot)
    return PinSet(NAME, source.name, (host,))


def _hex(pin: Pin, text: str) -> Pin:
    """.NET compares text: upper case and no separators."""
    if pin.fault or text == pin.digest.hex().upper():
        return pin
    fault = ".NET gives upper-case hex without separators; this text never matches"
    return Pin(pin.digest, pin.kind, pin.algorithm, fault=fault, spot=pin.spot)


def write(pinset: PinSet) -> str:
    """A C# set."""
    lines = [
        "// Hex: the leaf certificate, GetCertHashString(HashAlgorithmName.SHA256), or Thumbprint (SHA-1).",
        "// Base64: SHA-256 of PublicKey.ExportSubjectPublicKeyInfo().",
        "private static readonly HashSet<string> Pins = new()",
        "{",
    ]
    for pin in pinset.hosts[0].pins:
        text = encode(pin.digest) if pin.kind == Kind.SPKI else pin.digest.hex().upper()
        lines.append(f'    "{text}",')
    return "\n".join([*lines, "};", ""])


FORMAT = Format(
    NAME,
    ".NET certificate hashes in C#",
    Capabilities(
        kinds=frozenset({(Kind.CERTIFICATE, "sha256"), (Kind.CERTIFICATE, "sha1"), (Kind.SPKI, "sha256")}),
        leaf_only=True,
    ),
    Semantics.CERT_HASH,
    lambda source: any(word in source.data for word in WORDS),
    read,
    write,
)
