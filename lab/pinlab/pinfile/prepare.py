"""From `--pins FILE` to the catalogue of its statements, and what is said about it before the run."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from adapters.base import Adapter

from pinlab.catalogue import WORLD_FILE
from pinlab.pinfile.entries import FAMILY, cast, scenarios, toml
from pinlab.pinfile.handed import Handed, moved
from pinlab.pinfile.hosts import ANY_HOST
from pinlab.pinfile.statements import Reader, Statement
from pinlab.pinfile.substitute import substitute
from pinlab.pins.convert import with_role
from pinlab.pins.decide import Outcome, cannot_start
from pinlab.pins.errors import PinFileError
from pinlab.pins.formats import FORMATS, read_pins
from pinlab.pins.formats.base import Source, host_fault
from pinlab.pins.model import Kind, Match, PinSet
from pinlab.settings import Settings

ABOUT = "What the pin file says, a connection for each statement."
OPEN = (Outcome.NOT_PINNED, Outcome.REPORT_ONLY)
MOST_ENTRIES = 100
"""Each entry is a handful of connections and names in one certificate."""


def prepare(settings: Settings, adapter: Adapter) -> tuple[Settings, tuple[str, ...]]:
    """Write the catalogue of a pin file into the run folder; the settings that play it, and what to say.

    Raises PinFileError for a file that cannot be read or that its own library would not start with.
    """
    source, raw = _read(str(settings.pins))
    pinset = with_role(raw, settings.pin_role) if settings.pin_role else raw
    reader = Reader(pinset, datetime.datetime.fromtimestamp(settings.now, datetime.UTC))
    handed = Handed.of(source, raw, reader.stand_ins)
    statements = _sayable(handed, reader, settings.now, adapter)
    folder = Path(settings.run_folder, FAMILY)
    folder.mkdir()
    world, name = cast(reader.stand_ins.values(), statements), Path(source.name).name
    (folder / WORLD_FILE).write_text(toml(world), encoding="ascii")
    tables = toml(scenarios(statements, name))
    (folder / f"{FAMILY}.toml").write_text(f"about = {json.dumps(ABOUT)}\n{tables}", encoding="ascii")
    handed.save(folder)
    return replace(settings, catalogue=str(folder)), tuple(_words(pinset, statements, reader, adapter))


def _read(text: str) -> tuple[Source, PinSet]:
    """The one pin set of `[FORMAT=]FILE`, sound enough for its library to start with it."""
    before, mark, after = text.partition("=")
    named = before if mark and before in FORMATS else None
    source = Source.of(Path(after if named else text))
    pinset = read_pins(source, named)
    stopped = cannot_start(pinset)
    if stopped:
        raise PinFileError(f"{source.name}: no app starts with this file: {stopped.why}; mend it first")
    faults = [(pin.spot, f"this pin can never match: {pin.fault}") for _, pin in pinset.faults()]
    faults += [
        (one.spot, fault) for one in pinset.hosts if one.pattern and (fault := host_fault(one.pattern))
    ]
    if faults:
        raise PinFileError.all(source.name, faults)
    if not pinset.hosts:
        raise PinFileError(f"{source.name}: says nothing about pins")
    if len(pinset.hosts) > MOST_ENTRIES:
        raise PinFileError(
            f"{source.name}: {len(pinset.hosts)} entries; a run takes {MOST_ENTRIES}: split the file"
        )
    return source, pinset


def _sayable(handed: Handed, reader: Reader, now: int, adapter: Adapter) -> list[Statement]:
    """The statements whose file can be made; a hash that cannot be replaced is an error, a date is said."""
    statements = reader.statements()
    if not adapter.reads_pin_file:
        return statements
    other = {one: hashlib.new(one[1], one[2]).digest() for one in reader.stand_ins}
    substitute(handed.source, handed.pinset, other)
    for dates in {one.dates for one in statements} - {"as_written"}:
        try:
            substitute(handed.source, handed.pinset, other, moved(handed.pinset, dates, now))
        except PinFileError as failure:
            reader.mute.append(f"the other side of the date is not asked: {failure}")
            statements = [one for one in statements if one.dates != dates]
    return statements


def _words(pinset: PinSet, statements: list[Statement], reader: Reader, adapter: Adapter) -> Iterator[str]:
    """What is asked, what is assumed, and what the file leaves without protection."""
    yield f"{pinset.source} ({pinset.format}): {len(statements)} statements, {len(reader.stand_ins)} pins"
    if adapter.reads_pin_file:
        yield "  the client reads the file itself, with the lab's keys in the place of yours"
    else:
        yield "  the client is told its pins for each host; whether it reads the file is not asked"
    if any(one.as_leaf and one.as_ca for one in reader.stand_ins.values()):
        yield "  assumed: a pin may be of the leaf or of an issuer; each is tried as both (--pin-role)"
    if any(one.pin.kind == Kind.CERTIFICATE for one in reader.stand_ins.values()):
        yield "  assumed: the hash of a whole certificate is that of the leaf"
    if any(entry.match == Match.EVERY_HOST for entry in pinset.hosts):
        yield f"  assumed: the file names no host, so it is tried with {ANY_HOST}"
    unpinned = {
        one.host: one for one in statements if one.decision.outcome in OPEN and one.dates == "as_written"
    }
    for host, one in unpinned.items():
        yield f"  not protected: {host}: {one.decision.why}"
    for text in reader.mute:
        yield f"  not asked: {text}"
