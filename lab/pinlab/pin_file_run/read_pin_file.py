"""Reads `[FORMAT=]FILE` and refuses what its own library would not start with."""

from __future__ import annotations

from pathlib import Path

from pinlab.pins.decide import cannot_start
from pinlab.pins.errors import PinFileError
from pinlab.pins.format_table import FORMATS, read_pins
from pinlab.pins.formats.base import host_fault
from pinlab.pins.model import PinSet
from pinlab.pins.source import Source, errors_at

MOST_ENTRIES = 100
"""Each entry is a handful of connections and names in one certificate."""


def read_pin_file(text: str) -> tuple[Source, PinSet]:
    """The one pin set of `[FORMAT=]FILE`, sound enough for its library to start with it."""
    before, mark, after = text.partition("=")
    named = before if mark and before in FORMATS else None
    source = Source.of(Path(after if named else text))
    pinset = read_pins(source, named)
    stopped = cannot_start(pinset)
    if stopped:
        raise PinFileError(f"{source.name}: no app starts with this file: {stopped.why}; fix it first")
    faults = [(pin.spot, f"this pin can never match: {pin.fault}") for _, pin in pinset.faults()]
    faults += [
        (host.spot, fault) for host in pinset.hosts if host.pattern and (fault := host_fault(host.pattern))
    ]
    if faults:
        raise errors_at(source.name, faults)
    if not pinset.hosts:
        raise PinFileError(f"{source.name}: says nothing about pins")
    if len(pinset.hosts) > MOST_ENTRIES:
        raise PinFileError(
            f"{source.name}: {len(pinset.hosts)} entries; a run takes {MOST_ENTRIES}: split the file"
        )
    return source, pinset
