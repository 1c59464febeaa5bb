"""The table of formats. A file is tried with each in this order."""

from __future__ import annotations

from pathlib import Path

from pinlab.core.errors import did_you_mean
from pinlab.pins.errors import PinFileError
from pinlab.pins.formats import (
    aiohttp,
    android_nsc,
    apple,
    brief,
    chromium,
    curl,
    dotnet,
    hex_certificate,
    hex_spki,
    okhttp,
    openconnect,
    pem,
    plain,
    rn_public_key_pinning,
    rn_ssl_manager,
    rn_ssl_pinning,
    trustkit,
    trustkit_source,
    urllib3,
)
from pinlab.pins.formats.base import Format
from pinlab.pins.model import PinSet
from pinlab.pins.snippets import cpp, csharp, go, javascript, kotlin, python
from pinlab.pins.source import Source

TABLE: tuple[Format, ...] = (
    android_nsc.FORMAT,
    apple.FORMAT,
    trustkit.FORMAT,
    trustkit_source.FORMAT,
    okhttp.FORMAT,
    okhttp.JAVA,
    rn_public_key_pinning.FORMAT,
    rn_ssl_pinning.FORMAT,
    rn_ssl_manager.FORMAT,
    brief.FORMAT,
    pem.FORMAT,
    chromium.FORMAT,
    urllib3.FORMAT,
    aiohttp.FORMAT,
    dotnet.FORMAT,
    curl.FORMAT,
    openconnect.FORMAT,
    hex_certificate.FORMAT,
    hex_spki.FORMAT,
    plain.FORMAT,
    cpp.FORMAT,
    csharp.FORMAT,
    go.FORMAT,
    javascript.FORMAT,
    kotlin.FORMAT,
    python.FORMAT,
)
MOST_HOSTS = 2000
FORMATS = {format_.name: format_ for format_ in TABLE}


def format_named(name: str) -> Format:
    """The format of this name; PinFileError suggests the most similar name."""
    if name not in FORMATS:
        raise PinFileError(
            f'there is no format "{name}"{did_you_mean(name, FORMATS)}; `pinlab pins formats` lists them'
        )
    return FORMATS[name]


def recognise(source: Source) -> Format:
    """The first format that recognises a file; PinFileError if none does."""
    found = next((format_ for format_ in TABLE if format_.read and format_.recognises(source)), None)
    if found is None:
        readable = ", ".join(format_.name for format_ in TABLE if format_.read)
        raise PinFileError(f"{source.name}: no pin format recognised; name it with --format ({readable})")
    return found


def read_pins(source: Source, name: str | None = None) -> PinSet:
    """The pin set of a file, in the format `name` or the one that recognises it."""
    pinsets = read_each(source, name)
    if len(pinsets) > 1:
        names = " or ".join(pinset.format for pinset in pinsets)
        raise PinFileError(f"{source.name}: has two pin sets; choose one with --format ({names})")
    return pinsets[0]


def read_each(source: Source, name: str | None = None) -> list[PinSet]:
    """The pin sets of a file: one, or two where an Info.plist has those of Apple and of TrustKit."""
    chosen = [format_named(name) if name else recognise(source)]
    if name is None and chosen[0] is apple.FORMAT and trustkit.FORMAT.recognises(source):
        chosen.append(trustkit.FORMAT)
    return [_read(source, format_) for format_ in chosen]


def _read(source: Source, chosen: Format) -> PinSet:
    if chosen.read is None:
        raise PinFileError(f"{chosen.name}: this format can be written, not read")
    pinset = chosen.read(source)
    if len(pinset.hosts) > MOST_HOSTS:
        raise source.error_at(pinset.hosts[MOST_HOSTS].spot, f"more than {MOST_HOSTS} hosts in one file")
    return pinset


def read_named(text: str, name: str | None = None) -> list[PinSet]:
    """The pin sets of `FILE` or `FORMAT=FILE`, the argument of a command."""
    before, mark, after = text.partition("=")
    if mark and before in FORMATS:
        return read_each(Source.of(Path(after)), before)
    return read_each(Source.of(Path(text)), name)
