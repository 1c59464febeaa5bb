"""From `--pins FILE` to the catalogue of its statements, and what is printed about it before the run."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pinlab.clients.api import Adapter
from pinlab.pin_file_run.catalogue import FAMILY, write_catalogue
from pinlab.pin_file_run.client_file import ClientPinFile, moved
from pinlab.pin_file_run.extension import PinFileRun
from pinlab.pin_file_run.hosts import ANY_HOST
from pinlab.pin_file_run.options import PinFileOptions
from pinlab.pin_file_run.read_pin_file import read_pin_file
from pinlab.pin_file_run.rewrite import substitute
from pinlab.pin_file_run.statements import Statement, StatementReader
from pinlab.pins.convert import with_role
from pinlab.pins.decide import PinOutcome
from pinlab.pins.errors import PinFileError
from pinlab.pins.model import Kind, Match, PinSet
from pinlab.runner.settings import Settings

OPEN = (PinOutcome.NOT_PINNED, PinOutcome.REPORT_ONLY)


def prepare(
    options: PinFileOptions, settings: Settings, adapter: Adapter
) -> tuple[Settings, tuple[str, ...]]:
    """Write the catalogue of a pin file into the run folder; the settings that play it, and what to say.

    Raises PinFileError for a file that cannot be read or that its own library would not start with.
    """
    source, raw = read_pin_file(str(options.pins))
    pinset = with_role(raw, options.pin_role) if options.pin_role else raw
    reader = StatementReader(pinset, datetime.datetime.fromtimestamp(settings.now, datetime.UTC))
    handed = ClientPinFile.of(source, raw, reader.substitutes)
    statements = _sayable(handed, reader, settings.now, adapter)
    folder = Path(settings.run_folder, FAMILY)
    write_catalogue(folder, reader.substitutes.values(), statements, Path(source.name).name)
    extension = PinFileRun(handed, options)
    return replace(settings, catalogue=str(folder), extension=extension), tuple(
        _words(pinset, statements, reader, adapter)
    )


def _sayable(handed: ClientPinFile, reader: StatementReader, now: int, adapter: Adapter) -> list[Statement]:
    """The statements whose file can be made; a hash that cannot be replaced is an error, a date is reported."""
    statements = reader.statements()
    if not adapter.reads_pin_file:
        return statements
    other = {entry: hashlib.new(entry[1], entry[2]).digest() for entry in reader.substitutes}
    substitute(handed.source, handed.pinset, other)
    for dates in {statement.dates for statement in statements} - {"as_written"}:
        try:
            substitute(handed.source, handed.pinset, other, moved(handed.pinset, dates, now))
        except PinFileError as failure:
            reader.mute.append(f"the other side of the date is not asked: {failure}")
            statements = [statement for statement in statements if statement.dates != dates]
    return statements


def _words(
    pinset: PinSet, statements: list[Statement], reader: StatementReader, adapter: Adapter
) -> Iterator[str]:
    """What is asked, what is assumed, and what the file leaves without protection."""
    yield f"{pinset.source} ({pinset.format}): {len(statements)} statements, {len(reader.substitutes)} pins"
    if adapter.reads_pin_file:
        yield "  the client reads the file itself, with the lab's keys in the place of yours"
    else:
        yield "  the client gets its pins for each host; whether it reads the file is not asked"
    if any(entry.as_leaf and entry.as_ca for entry in reader.substitutes.values()):
        yield "  assumed: a pin may be of the leaf or of an issuer; each is tried as both (--pin-role)"
    if any(entry.pin.kind == Kind.CERTIFICATE for entry in reader.substitutes.values()):
        yield "  assumed: the hash of a whole certificate is that of the leaf"
    if any(entry.match == Match.EVERY_HOST for entry in pinset.hosts):
        yield f"  assumed: the file names no host, so it is tried with {ANY_HOST}"
    unpinned = {
        statement.host: statement
        for statement in statements
        if statement.decision.outcome in OPEN and statement.dates == "as_written"
    }
    for host, statement in unpinned.items():
        yield f"  not protected: {host}: {statement.decision.why}"
    for text in reader.mute:
        yield f"  not asked: {text}"
