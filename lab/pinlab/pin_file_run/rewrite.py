"""The same file with other hashes: every spelling of a pin is replaced where it stands, all else stays.

So comments, attributes, order and mistakes survive, in formats that no one can write too. What comes out is
read again and must say the same but for the keys and the date; else it is refused. Pure.
"""

from __future__ import annotations

import base64
import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from pinlab.pin_file_run.substitute_keys import Object
from pinlab.pins.errors import PinFileError
from pinlab.pins.format_table import read_pins
from pinlab.pins.model import HostPins, Pin, PinSet
from pinlab.pins.source import Source

Spelling = Callable[[bytes], str]


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode("ascii")


SPELLINGS: tuple[Spelling, ...] = (
    _base64,
    lambda digest: _base64(digest).rstrip("="),
    lambda digest: _base64(digest).replace("+", "-").replace("/", "_"),
    lambda digest: _base64(digest).replace("+", "-").replace("/", "_").rstrip("="),
    lambda digest: digest.hex(),
    lambda digest: digest.hex().upper(),
    lambda digest: digest.hex(":"),
    lambda digest: digest.hex(":").upper(),
    lambda digest: digest.hex(" "),
    lambda digest: digest.hex(" ").upper(),
)
"""How a hash is written; the first that fits wins, so the padded form goes before the bare one."""


def substitute(
    source: Source,
    pinset: PinSet,
    digests: Mapping[Object, bytes],
    dates: Mapping[datetime.date, datetime.date] | None = None,
) -> bytes:
    """The file with `digests` in the place of its pins; PinFileError where one cannot be replaced."""
    texts: dict[bytes, bytes] = {}
    for (_, _, old), new in digests.items():
        for spelled in SPELLINGS:
            texts.setdefault(spelled(old).encode(), spelled(new).encode())
    for day, other in (dates or {}).items():
        texts[day.isoformat().encode()] = other.isoformat().encode()
    pattern = b"|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))
    changed = re.sub(pattern, lambda found: texts[found[0]], source.data) if texts else source.data
    expected = tuple(_entry(entry, digests, dates or {}) for entry in pinset.hosts)
    _check(source, pinset, expected, changed)
    return changed


def _entry(
    entry: HostPins, digests: Mapping[Object, bytes], dates: Mapping[datetime.date, datetime.date]
) -> HostPins:
    pins = tuple(replace(pin, digest=digests.get(pin.object, pin.digest)) for pin in entry.pins)
    return replace(
        entry, pins=pins, expires=dates.get(entry.expires, entry.expires) if entry.expires else None
    )


def _check(source: Source, pinset: PinSet, expected: tuple[HostPins, ...], changed: bytes) -> None:
    """Read it back: the first pin or date that is not what was wanted is named."""
    found = read_pins(Source(source.name, changed, source.path), pinset.format).hosts
    if found == expected:
        return
    for old, new, is_ in zip(pinset.hosts, expected, found, strict=False):
        odd = next((pin for pin, a, b in zip(old.pins, new.pins, is_.pins, strict=False) if a != b), None)
        if odd:
            raise source.error_at(odd.spot, _odd(odd, pinset.format))
        if is_.expires != new.expires:
            raise source.error_at(
                old.spot, "the date of this set is not written as yyyy-MM-dd, so it stays as it is"
            )
    raise PinFileError(
        f"{source.name}: with substitute keys it would not read as before; `pinlab pins lint` it first"
    )


def _odd(pin: Pin, name: str) -> str:
    return (
        f"the lab cannot put a key of its own in the place of this pin: {name} holds the key or certificate "
        "itself here, or the hash is broken over lines; write the hash in one piece"
    )
