"""GnuTLS's known_hosts of trust on first use (gnutls_store_pubkey). Read only.

    |g0|host|service|expiration|BASE64 of the key itself
    |c0|host|service|expiration|hash id|hex hash of the key

The expiration is in seconds since 1970, 0 for never. Behind it the key is as unknown as a new one.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import hashlib

from pinlab.pins.formats.base import Can, Format, Source
from pinlab.pins.model import LENGTHS, HostPins, Match, Pin, PinSet, Semantics, Spot

NAME = "gnutls"
_HASHES = {"3": "sha1", "6": "sha256"}
"""gnutls_mac_algorithm_t."""
_FIELDS = {"g0": 5, "c0": 6}


def read(source: Source) -> PinSet:
    """The keys by host; several lines of one host are several keys that will do."""
    gathered: dict[tuple[str, datetime.date | None], list[Pin]] = {}
    for number, line in source.lines():
        if not line.strip():
            continue
        spot, fields = Spot(number, 1), line.strip().split("|")[1:]
        if not line.startswith("|") or not fields or len(fields) != _FIELDS.get(fields[0]):
            raise source.print_error(
                spot, "wanted |g0|host|service|expiration|BASE64 or |c0|host|service|expiration|id|HEX"
            )
        until = _expiry(source, fields[3], spot)
        pin = _key(source, fields[4], spot) if fields[0] == "g0" else _commitment(source, fields[4:], spot)
        gathered.setdefault((fields[1].lower(), until), []).append(pin)
    if not gathered:
        raise source.print_error(source.spot(0), "holds no known host")
    hosts = tuple(
        HostPins(host, Match.EXACT, tuple(pins), Semantics.GNUTLS, until, spot=pins[0].spot)
        for (host, until), pins in gathered.items()
    )
    return PinSet(NAME, source.name, hosts)


def _expiry(source: Source, text: str, spot: Spot) -> datetime.date | None:
    if not text.isascii() or not text.isdigit() or len(text) > 11:
        raise source.print_error(spot, f'the expiration "{text}" is no number of seconds')
    seconds = int(text)
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date() if seconds else None


def _key(source: Source, text: str, spot: Spot) -> Pin:
    try:
        return Pin(hashlib.sha256(base64.b64decode(text, validate=True)).digest(), spot=spot)
    except binascii.Error as failure:
        raise source.print_error(spot, f"the key is not base64: {failure}") from failure


def _commitment(source: Source, fields: list[str], spot: Spot) -> Pin:
    algorithm = _HASHES.get(fields[0])
    if algorithm is None:
        raise source.print_error(spot, f'the hash id "{fields[0]}" is neither 3 (SHA-1) nor 6 (SHA-256)')
    try:
        digest = bytes.fromhex(fields[1])
    except ValueError as failure:
        raise source.print_error(spot, "the commitment is not hex") from failure
    fault = (
        ""
        if len(digest) == LENGTHS[algorithm]
        else f"{len(digest)} bytes; {algorithm} has {LENGTHS[algorithm]}"
    )
    return Pin(digest, algorithm=algorithm, fault=fault, spot=spot)


FORMAT = Format(
    NAME,
    "GnuTLS known_hosts",
    Can(matches=frozenset({Match.EXACT}), leaf_only=True, expiry=True),
    Semantics.GNUTLS,
    lambda source: source.data.startswith((b"|g0|", b"|c0|")),
    read,
)
