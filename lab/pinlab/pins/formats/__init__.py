"""The table of formats: the order is the order in which a file is tried."""

from __future__ import annotations

from pinlab.complaints import near
from pinlab.pins.errors import PinFileError
from pinlab.pins.formats import android_nsc, apple, curl, okhttp, plain, trustkit
from pinlab.pins.formats.base import Format, Source
from pinlab.pins.model import PinSet

TABLE: tuple[Format, ...] = (
    android_nsc.FORMAT,
    apple.FORMAT,
    trustkit.FORMAT,
    okhttp.FORMAT,
    okhttp.JAVA,
    curl.FORMAT,
    plain.FORMAT,
)
FORMATS = {one.name: one for one in TABLE}


def format_named(name: str) -> Format:
    """The format of a name; PinFileError offers the nearest."""
    if name not in FORMATS:
        raise PinFileError(
            f'there is no format "{name}"{near(name, FORMATS)}; `pinlab pins formats` lists them'
        )
    return FORMATS[name]


def recognise(source: Source) -> Format:
    """The first format that a file looks like; PinFileError if there is none."""
    found = next((one for one in TABLE if one.read and one.looks(source)), None)
    if found is None:
        readable = ", ".join(one.name for one in TABLE if one.read)
        raise PinFileError(f"{source.name}: no pin format recognised; say which with --format ({readable})")
    return found


def read_pins(source: Source, name: str | None = None) -> PinSet:
    """The pins of a file, by its own look or by the name of a format."""
    chosen = format_named(name) if name else recognise(source)
    if chosen.read is None:
        raise PinFileError(f"{chosen.name}: can be written, not read")
    return chosen.read(source)
