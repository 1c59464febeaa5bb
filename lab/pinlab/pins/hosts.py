"""Which pins of a file apply to a host, by the rules of its library.

Pure. Names are compared in lower case, as A-labels, without one trailing dot.
"""

from __future__ import annotations

from dataclasses import replace

from pinlab.pins.model import HostPins, Match, PinSet
from pinlab.pins.semantics import LIBRARIES


def normal(host: str) -> str:
    """The form in which names are compared."""
    plain = host.strip().lower().removesuffix(".")
    if plain.isascii():
        return plain
    try:
        return plain.encode("idna").decode("ascii")
    except UnicodeError:
        return plain


def covers(match: Match, pattern: str, host: str) -> bool:
    """Whether a pattern covers a host."""
    if match == Match.EVERY_HOST:
        return True
    name, base = normal(host), normal(pattern)
    if name == base:
        return match not in (Match.ONE_LABEL, Match.ANY_DEPTH)
    above = name.removesuffix(f".{base}")
    if above == name or match == Match.EXACT:
        return False
    return "." not in above if match in (Match.ONE_LABEL, Match.ONE_LABEL_AND_SELF) else True


def select(pinset: PinSet, host: str) -> HostPins | None:
    """The pins that the library uses for `host`; None if the host is not pinned."""
    covering = [entry for entry in pinset.hosts if covers(entry.match, entry.pattern, host)]
    if not covering:
        return None
    library = LIBRARIES[covering[0].semantics]
    if library.unites:
        return _united(covering)
    best = max(covering, key=lambda entry: (entry.match != Match.EVERY_HOST, len(normal(entry.pattern))))
    if library.hides_parent and any(
        normal(host).endswith(f".{normal(entry.pattern)}") and len(entry.pattern) > len(best.pattern)
        for entry in pinset.hosts
    ):
        return None
    return best


def _united(covering: list[HostPins]) -> HostPins:
    pins = tuple(pin for entry in covering for pin in entry.pins)
    return replace(covering[0], pins=pins)


def concerned(entry: HostPins, names: tuple[str, ...]) -> str | None:
    """A host that both the entry and a certificate for `names` cover; None if there is none."""
    if entry.match == Match.EVERY_HOST:
        return normal(names[0]).replace("*", "any") if names else "any.host"
    for name in names:
        concrete = normal(name).replace("*.", "any.", 1) if name.startswith("*.") else normal(name)
        if name.startswith("*.") and covers(Match.ONE_LABEL, name[2:], entry.pattern):
            return normal(entry.pattern)
        if covers(entry.match, entry.pattern, concrete):
            return concrete
    return None


def example(entry: HostPins) -> str:
    """A host that an entry covers, for a check without certificate names."""
    if entry.match == Match.EVERY_HOST:
        return "any.host"
    below = entry.match in (Match.ONE_LABEL, Match.ANY_DEPTH)
    return f"any.{normal(entry.pattern)}" if below else normal(entry.pattern)
