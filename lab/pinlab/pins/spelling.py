"""The notations of a pin, and what is wrong with a text that is in another one.

The digest is decoded where possible, so that a check can name the object that was hashed. The text is never
corrected: a pin that the library would not accept keeps its fault.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from pinlab.pins.model import LENGTHS, Kind, Pin, Role
from pinlab.pins.source import NOWHERE, Spot

BY_LENGTH = {length: name for name, length in LENGTHS.items()}
_PREFIX = re.compile(r'^(?:pin-sha256[=:]"?|sha-?(256|1|384|512)(?://|/|:|=)?|md5[:/])', re.IGNORECASE)
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}(?:[: ]?))+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")


@dataclass(frozen=True, slots=True)
class Leniency:
    """What a library's decoder accepts beyond strict base64 (RFC 4648 section 4)."""

    no_padding: bool = False
    """Also ignores the unused bits of the last letter."""
    url_letters: bool = False
    white_space: bool = False
    any_sign: bool = False
    """Skips characters outside the base64 alphabet; padding, if present, must be right."""


STRICT = Leniency()
ANDROID = Leniency(no_padding=True, any_sign=True)
"""android.util.Base64.decode(DEFAULT): base64url decodes to fewer bytes, because its letters are skipped."""
OKIO = Leniency(no_padding=True, url_letters=True, white_space=True)
"""okio's String.decodeBase64()."""


def encode(digest: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(digest).decode("ascii")


def base64_pin(
    text: str,
    *,
    prefix: str = "",
    algorithm: str = "sha256",
    leniency: Leniency = STRICT,
    role: Role = Role.ANY,
    label: str = "",
    spot: Spot = NOWHERE,
) -> Pin:
    """A pin written as `prefix` and base64 of a hash of a key."""
    digest = decode_base64(text[len(prefix) :], leniency) if text.startswith(prefix) else None
    problem = lookalike(text, prefix, LENGTHS[algorithm])
    if digest is None or len(digest) != LENGTHS[algorithm]:
        return Pin(guess(text) or digest or b"", Kind.SPKI, algorithm, label, role, fault=problem, spot=spot)
    loose = "" if text == prefix + encode(digest) else problem
    return Pin(digest, Kind.SPKI, algorithm, label, role, loose=loose, spot=spot)


def hex_pin(
    text: str, *, kind: Kind, algorithms: tuple[str, ...], label: str = "", spot: Spot = NOWHERE
) -> Pin:
    """A pin written in hex, with or without colons; its length gives the algorithm."""
    digits = text.replace(":", "").strip()
    expected = {2 * LENGTHS[name]: name for name in algorithms}
    if re.fullmatch(r"[0-9a-fA-F]+", digits) and len(digits) in expected:
        return Pin(bytes.fromhex(digits), kind, expected[len(digits)], label, spot=spot)
    lengths = " or ".join(f"{length} for {name.upper()}" for length, name in expected.items())
    if re.fullmatch(r"[0-9a-fA-F]+", digits):
        fault = f"{len(digits)} hex digits; wanted {lengths}"
    elif not text.strip():
        fault = "empty text; was a template not filled in?"
    elif len(guess(text)) == 32:
        fault = f"base64, where hex is wanted (hex digits: {lengths})"
    else:
        fault = f"is not hex (wanted {lengths})"
    return Pin(guess(text), kind, algorithms[-1], label, fault=fault, spot=spot)


def decode_base64(text: str, leniency: Leniency = STRICT) -> bytes | None:
    """The bytes of a base64 text; None if a decoder of this leniency refuses it."""
    if leniency.any_sign:
        text = re.sub(r"[^A-Za-z0-9+/=]", "", text)
        if text.endswith("=") and len(text) % 4:
            return None
    if leniency.white_space:
        text = re.sub(r"[ \t\r\n]", "", text)
    if leniency.url_letters:
        text = text.replace("-", "+").replace("_", "/")
    if leniency.no_padding:
        text = text.rstrip("=")
        text += "=" * (-len(text) % 4)
    if not text or not _BASE64.fullmatch(text):
        return None
    try:
        digest = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    return digest if leniency.no_padding or encode(digest) == text else None


def guess(text: str) -> bytes:
    """The digest that the author probably meant, in any notation; empty where none fits."""
    text = text.strip().strip("\"'")
    if text.startswith("sha256/") and len(decode_base64(text[7:]) or b"") == 32:
        return decode_base64(text[7:]) or b""
    bare = _PREFIX.sub("", text).strip().strip("\"'")
    if re.fullmatch(_HEX, bare) and len(re.sub("[: ]", "", bare)) // 2 in BY_LENGTH:
        return bytes.fromhex(re.sub("[: ]", "", bare))
    found = decode_base64(bare, OKIO) or b""
    return found if len(found) in BY_LENGTH else b""


def lookalike(text: str, prefix: str, length: int = 32) -> str:
    """What a text is that is not `prefix` and base64 of `length` bytes."""
    if not text.strip():
        return "empty text; was a template not filled in?"
    if not text.startswith(prefix):
        return _about_prefix(text, prefix)
    return _about_body(text[len(prefix) :], length)


def _about_prefix(text: str, prefix: str) -> str:
    expected = f"write {prefix}BASE64"
    found = _PREFIX.match(text)
    if "-----BEGIN" in text:
        return f"PEM text, where the hash of the key is wanted; {expected}"
    if text.lower().startswith(prefix.lower()):
        return f"the prefix is case-sensitive: {expected}"
    if found:
        return f"starts with {found.group(0)}, another format's notation; {expected}"
    if re.fullmatch(_HEX, text.strip()):
        return f"a hex fingerprint, usually of the whole certificate; {expected} of the key's hash"
    if len(guess(text)) == 32:
        return f"bare base64; {expected}"
    return f"does not start with {prefix}"


def _about_body(body: str, length: int) -> str:
    found = _PREFIX.match(body)
    if found or body.startswith("/"):
        other = found.group(0) if found else "/"
        return f"starts with {other}, another format's notation; write the base64 alone"
    if re.fullmatch(_HEX, body) and len(re.sub("[: ]", "", body)) in (32, 40, 64, 96, 128):
        return "hex digits, where base64 is wanted (and is it the hash of a key, or of a certificate?)"
    if re.search(r"[;,]", body):
        return "looks like several pins in one text"
    if re.search(r"\s", body):
        return "contains white space (line-wrapped base64?)"
    if re.search(r"[-_]", body):
        return "base64url letters (- _), where standard base64 (+ /) is wanted"
    if not _BASE64.fullmatch(body):
        return "is not base64"
    letters = len(body.rstrip("="))
    size = letters * 6 // 8
    if letters % 4 == 1:
        return f"truncated base64: no number of bytes encodes to {letters} letters"
    if size != length:
        known = f"; {BY_LENGTH[size].upper()} has {size}" if size in BY_LENGTH else ""
        return f"decodes to {size} bytes and not to {length}{known}"
    if len(body) != letters + (-letters % 4):
        return "the padding (=) is missing" if len(body) == letters else "the padding (=) is wrong"
    return "its last letter carries bits beyond the digest: truncated or edited by hand"
