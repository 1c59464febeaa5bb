"""Which hosts are asked for to try an entry: those that it covers, and neighbours that it does not. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pinlab.clients.api import is_address
from pinlab.pins.hosts import normal
from pinlab.pins.model import HostPins, Match, PinSet

ANY_HOST = "shop.test"
"""The host where a file names none."""
STRANGER = "not-in-the-file.test"
_BELOW = "sub"
_DEEPER = "deep.sub"


def asked(pinset: PinSet) -> list[str]:
    """Every host that the file is tried with, without repeats: its entries' in order, then a stranger."""
    named = [host for entry in pinset.hosts for host in _around(entry)]
    everywhere = any(entry.match == Match.EVERY_HOST for entry in pinset.hosts)
    return list(dict.fromkeys([*named, *(() if everywhere else (STRANGER,))]))


def _around(entry: HostPins) -> Iterator[str]:
    """The name itself, one label below it and two: each is covered or not, as the entry says."""
    if entry.match == Match.EVERY_HOST:
        yield ANY_HOST
        return
    name = normal(entry.pattern)
    yield name
    if not is_address(name):
        yield f"{_BELOW}.{name}"
        if entry.match != Match.EXACT:
            yield f"{_DEEPER}.{name}"
