"""aiohttp.Fingerprint(bytes) in Python source: the raw SHA-256 of the leaf certificate. Read only."""

from __future__ import annotations

import ast
import base64
import binascii

from pinlab.pins.formats.base import Capabilities, Format
from pinlab.pins.model import HostPins, Kind, Match, Pin, PinSet, Semantics
from pinlab.pins.source import Source
from pinlab.pins.sources.python import calls, name_of, spot_of, unresolved

NAME = "aiohttp"
_DECODERS = {
    "fromhex": bytes.fromhex,
    "unhexlify": binascii.unhexlify,
    "a2b_hex": binascii.unhexlify,
    "b64decode": base64.b64decode,
}


def read(source: Source) -> PinSet:
    """The Fingerprint of the source; PinFileError unless there is exactly one."""
    found = [call for call in calls(source) if name_of(call.func) == "Fingerprint" and call.args]
    if len(found) != 1:
        spot = spot_of(found[1]) if len(found) > 1 else source.spot(0)
        raise source.error_at(spot, f"found {len(found)} of Fingerprint(bytes); write exactly one")
    digest, spot = _bytes(source, found[0].args[0]), spot_of(found[0].args[0])
    fault = (
        "" if len(digest) == 32 else f"{len(digest)} bytes, where SHA-256 has 32; aiohttp raises ValueError"
    )
    pin = Pin(digest, Kind.CERTIFICATE, fault=fault, spot=spot)
    return PinSet(
        NAME, source.name, (HostPins("", Match.EVERY_HOST, (pin,), Semantics.CERT_HASH, spot=spot),)
    )


def _bytes(source: Source, node: ast.expr) -> bytes:
    """The bytes of a literal, or of a decoder call with a literal."""
    if isinstance(node, ast.Constant) and isinstance(node.value, bytes):
        return node.value
    decode = _DECODERS.get(name_of(node.func)) if isinstance(node, ast.Call) else None
    if decode is None or not isinstance(node, ast.Call) or len(node.args) != 1:
        raise unresolved(source, node)
    inside = node.args[0]
    if not isinstance(inside, ast.Constant) or not isinstance(inside.value, str | bytes):
        raise unresolved(source, node)
    text = inside.value if isinstance(inside.value, str) else inside.value.decode("latin-1")
    try:
        return decode(text)
    except ValueError as failure:
        raise source.error_at(spot_of(inside), f"cannot be decoded: {failure}") from failure


FORMAT = Format(
    NAME,
    "aiohttp.Fingerprint",
    Capabilities(kinds=frozenset({(Kind.CERTIFICATE, "sha256")}), leaf_only=True, most_pins=1),
    Semantics.CERT_HASH,
    lambda source: b"Fingerprint(" in source.data and b"aiohttp" in source.data,
    read,
)
