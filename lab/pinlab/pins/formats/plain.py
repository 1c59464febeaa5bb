"""A plain list, the lab's own `{pins_file}`: each line has a pin, and may have a host pattern before it.

    # comment
    sha256/BASE64
    shop.example sha256/BASE64  # label
    *.shop.example sha256/BASE64        one more label; **. for the name and all below

Base64 without `sha256/` is a fault, because it does not say which hash it is.
"""

from __future__ import annotations

from pinlab.pins.formats.base import Capabilities, Format, host_fault
from pinlab.pins.model import HostPins, Match, Note, Pin, PinSet, Semantics
from pinlab.pins.source import Source, Spot
from pinlab.pins.spelling import base64_pin, encode

NAME = "plain"
PREFIX = "sha256/"
MARKS = {Match.ANY_DEPTH_AND_SELF: "**.", Match.ONE_LABEL: "*.", Match.EXACT: "", Match.EVERY_HOST: ""}


def read(source: Source) -> PinSet:
    """The pins by host, in the order of the file."""
    pins_by_host: dict[tuple[str, Match], list[Pin]] = {}
    spots: dict[tuple[str, Match], Spot] = {}
    remarks: list[Note] = []
    for number, line in source.lines():
        content, _, label = line.partition("#")
        words, offset = content.split(), source.start(number)
        if words:
            if len(words) > 2:
                raise source.error_at(source.spot(offset), "more than a host and a pin in a line")
            at = offset + line.index(words[-1])
            pin = base64_pin(words[-1], prefix=PREFIX, label=label.strip(), spot=source.spot(at))
            key = _pattern(words[0]) if len(words) == 2 else ("", Match.EVERY_HOST)
            fault = host_fault(key[0]) if key[0] else ""
            if fault:
                remarks.append(Note("PIN012", fault, source.spot(offset)))
            pins_by_host.setdefault(key, []).append(pin)
            spots.setdefault(key, source.spot(offset))
    if not pins_by_host:
        raise source.error_at(source.spot(0), "has no pin; write lines of sha256/BASE64")
    hosts = tuple(
        HostPins(pattern, match, tuple(pins), Semantics.SPKI_ANY, spot=spots[pattern, match])
        for (pattern, match), pins in pins_by_host.items()
    )
    return PinSet(NAME, source.name, hosts, tuple(remarks))


def _pattern(text: str) -> tuple[str, Match]:
    for match, mark in MARKS.items():
        if mark and text.startswith(mark):
            return text.removeprefix(mark).lower(), match
    return text.lower(), Match.EXACT


def write(pinset: PinSet) -> str:
    """A line for each pin."""
    lines = []
    for host in pinset.hosts:
        before = f"{MARKS[host.match]}{host.pattern} " if host.match != Match.EVERY_HOST else ""
        for pin in host.pins:
            label = f"  # {pin.label}" if pin.label else ""
            lines.append(f"{before}{PREFIX}{encode(pin.digest)}{label}")
    return "\n".join([*lines, ""])


def recognises(source: Source) -> bool:
    """Whether a line has a pin of this form, or base64 of the right length without its prefix."""
    words = [word for line in source.data[:65536].splitlines() for word in line.split(b"#")[0].split()]
    return any(word.startswith(b"sha256/") or (len(word) == 44 and word.endswith(b"=")) for word in words)


FORMAT = Format(
    NAME,
    "plain list, the lab's {pins_file}",
    Capabilities(matches=frozenset(MARKS), labels=True),
    Semantics.SPKI_ANY,
    recognises,
    read,
    write,
)
