"""OkHttp's CertificatePinner.Builder() in Kotlin or Java source: `.add(pattern, pin, ...)` in call order.

A pattern or pin that is not a string literal is an error, because its value is not known.
"""

from __future__ import annotations

from dataclasses import replace

from pinlab.pins.formats.base import Capabilities, Format, host_fault
from pinlab.pins.model import HostPins, Kind, Match, Note, Pin, PinSet, Semantics
from pinlab.pins.source import Source, Spot, errors_at
from pinlab.pins.sources.tokens import SourceToken, arguments, calls_of, literal, sign, tokens
from pinlab.pins.spelling import OKIO, base64_pin, decode_base64, encode

NAME = "okhttp"
MOST_CALLS = 1000
_BUILDER = [".", "Builder"]
MARKS = {Match.EXACT: "", Match.ONE_LABEL: "*.", Match.ANY_DEPTH_AND_SELF: "**."}


def read(source: Source) -> PinSet:
    """Every `.add` of every builder in the source; PinFileError names all arguments that are not literals."""
    run = tokens(source)
    problems: list[tuple[Spot, str]] = []
    hosts: list[HostPins] = []
    remarks: list[Note] = []
    for at in _adds(source, run):
        parts, _ = arguments(run, at)
        texts = [literal(part) for part in parts]
        for part, text in zip(parts, texts, strict=True):
            if text is None:
                shown = "".join(token.value for token in part)[:60]
                text = f'could not resolve "{shown}": only string literals are read'
                problems.append((source.spot(part[0].offset), text))
        if texts and None not in texts:
            offsets = [part[0].offset for part in parts]
            hosts.append(_host(source, [text or "" for text in texts], offsets, remarks))
    if problems:
        raise errors_at(source.name, problems)
    if not hosts:
        raise source.error_at(source.spot(0), "no .add(...) of a CertificatePinner.Builder() could be found")
    return PinSet(NAME, source.name, tuple(hosts), tuple(remarks))


def _adds(source: Source, run: list[SourceToken]) -> list[int]:
    """The index of the `(` of each `.add(` of a builder: in its chain of calls, or on its variable."""
    found: set[int] = set()
    variables: set[str] = set()
    scans = 0
    for index, token in enumerate(run):
        if token.kind != "name":
            continue
        if (
            token.value == "CertificatePinner"
            and [following.value for following in run[index + 1 : index + 3]] == _BUILDER
        ):
            before = [token for token in run[max(0, index - 3) : index] if token.value != "new"]
            if len(before) > 1 and sign(before[-1], "=") and before[-2].kind == "name":
                variables.add(before[-2].value)
            _, end = arguments(run, index + 3)
            found.update(_chain(run, end))
        elif token.value in variables:
            found.update(_chain(run, index + 1))
        else:
            continue
        scans += 1
        if scans > MOST_CALLS or len(found) > MOST_CALLS:
            raise source.error_at(source.spot(token.offset), f"more than {MOST_CALLS} calls of add")
    return sorted(found)


def _chain(run: list[SourceToken], at: int) -> list[int]:
    """The index of the `(` of each `.add(` in the chain of calls that continues at `at`."""
    found: list[int] = []
    while at + 2 < len(run) and sign(run[at], ".") and run[at + 1].kind == "name":
        if run[at + 1].value == "apply" and sign(run[at + 2], "{"):
            _, end = arguments(run, at + 2)
            found += [call for call in calls_of(run[:end], "add") if call > at]
        elif not sign(run[at + 2], "("):
            break
        elif run[at + 1].value == "add":
            found.append(at + 2)
        _, at = arguments(run, at + 2)
    return found


def _host(source: Source, texts: list[str], offsets: list[int], remarks: list[Note]) -> HostPins:
    pattern, spot = texts[0], source.spot(offsets[0])
    match = Match.EXACT
    for wildcard, mark in ((Match.ANY_DEPTH_AND_SELF, "**."), (Match.ONE_LABEL, "*.")):
        if pattern.startswith(mark):
            match, pattern = wildcard, pattern.removeprefix(mark)
            break
    fault = host_fault(pattern)
    if fault:
        remarks.append(Note("PIN012", fault, spot))
    pins = tuple(_pin(text, source.spot(at)) for text, at in zip(texts[1:], offsets[1:], strict=True))
    return HostPins(pattern.lower(), match, pins, Semantics.OKHTTP, spot=spot)


def _pin(text: str, spot: Spot) -> Pin:
    algorithm = "sha1" if text.startswith("sha1/") else "sha256"
    pin = base64_pin(text, prefix=f"{algorithm}/", algorithm=algorithm, leniency=OKIO, spot=spot)
    mark, body = text[: len(algorithm) + 1], text[len(algorithm) + 1 :]
    decodes = mark == f"{algorithm}/" and (not body.strip() or decode_base64(body, OKIO) is not None)
    return replace(pin, builds=bool(pin.fault) and decodes)


def write(pinset: PinSet) -> str:
    """Kotlin, an `.add` for each host."""
    return _written(pinset, "val certificatePinner = CertificatePinner.Builder()", "")


def write_java(pinset: PinSet) -> str:
    """Java, an `.add` for each host."""
    return _written(pinset, "CertificatePinner certificatePinner = new CertificatePinner.Builder()", ";")


def _written(pinset: PinSet, first: str, end: str) -> str:
    lines = [first]
    for host in pinset.hosts:
        pins = [f"{pin.algorithm}/{encode(pin.digest)}" for pin in host.pins]
        texts = [f'"{text}"' for text in (f"{MARKS[host.match]}{host.pattern}", *pins)]
        lines.append(f"    .add({', '.join(texts)})")
    return "\n".join([*lines, f"    .build(){end}", ""])


CAN = Capabilities(kinds=frozenset({(Kind.SPKI, "sha256"), (Kind.SPKI, "sha1")}), matches=frozenset(MARKS))


def recognises(source: Source) -> bool:
    """Whether the source builds a pinner."""
    return b"CertificatePinner" in source.data and b".add" in source.data


FORMAT = Format(NAME, "OkHttp CertificatePinner, Kotlin", CAN, Semantics.OKHTTP, recognises, read, write)
JAVA = Format(
    "okhttp-java", "OkHttp CertificatePinner, Java", CAN, Semantics.OKHTTP, read=read, write=write_java
)
