"""The linter of pin files: what will lock users out, and what gives no protection. Pure.

Each finding names the place and the smallest fix.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from pinlab.core.sarif import Level, SarifFinding
from pinlab.pins.chain import CertificateChain
from pinlab.pins.decide import expired
from pinlab.pins.explain import misplaced, mistaken
from pinlab.pins.hosts import concerned, covers, normal
from pinlab.pins.model import HostPins, Kind, Match, Pin, PinSet, Role, Semantics
from pinlab.pins.semantics import LIBRARIES
from pinlab.pins.source import Spot

SOON = datetime.timedelta(days=60)
SHORT_LIVED = datetime.timedelta(days=100)
"""The maximum lifetime of a public certificate from March 2027 (CA/Browser Forum ballot SC-081v3)."""
_BY_PATTERN = (Semantics.OKHTTP, Semantics.SPKI_ANY)
"""In these a name and its subdomains are two patterns; elsewhere each name has one entry."""
_REMARKS: dict[str, tuple[Level, str]] = {
    "PIN010": ("warning", "correct the name or remove it"),
    "PIN012": ("error", "write the host name alone, in lower case"),
    "PIN015": ("error", "fill in the value, or remove the option"),
    "PIN017": ("warning", "remove overridePins from every release build"),
}


def lint(pinset: PinSet, at: datetime.datetime, chain: CertificateChain | None = None) -> list[SarifFinding]:
    """Every finding about a file, in the order of its lines."""
    found: list[SarifFinding] = []
    for note in pinset.remarks:
        level, fix = _REMARKS[note.rule]
        found.append(_finding(pinset, note.rule, level, note.text, note.spot, fix))
    for entry in pinset.hosts:
        for rule, level, text, spot, fix in _about_entry(entry, at, chain):
            found.append(_finding(pinset, rule, level, f"{entry.shown}: {text}", spot, fix))
    for rule, level, text, spot, fix in _about_hosts(pinset):
        found.append(_finding(pinset, rule, level, text, spot, fix))
    return sorted(found, key=lambda finding: (finding.line, finding.column, finding.rule))


Problem = tuple[str, Level, str, Spot, str]
"""Rule, level, text, place, fix."""


def _finding(pinset: PinSet, rule: str, level: Level, text: str, spot: Spot, fix: str) -> SarifFinding:
    where = f" ({spot.key})" if spot.key and not spot.line else ""
    end = "" if text.endswith(("?", ".")) else "."
    return SarifFinding(rule, level, f"{text}{where}{end}", pinset.source, spot.line, spot.column, fix)


def _about_entry(entry: HostPins, at: datetime.datetime, chain: CertificateChain | None) -> Iterator[Problem]:
    yield from _numbers(entry)
    yield from _dates(entry, at)
    for number, pin in enumerate(entry.pins, 1):
        yield from _about_pin(entry, number, pin)
    if not entry.enforced and entry.pins:
        yield (
            "PIN016",
            "note",
            "a mismatch is only reported",
            entry.spot,
            "enforce the pins once no reports arrive",
        )
    if chain and concerned(entry, chain.names):
        yield from _about_chain(entry, chain)


def _numbers(entry: HostPins) -> Iterator[Problem]:
    """Missing, repeated and lone pins."""
    accepted = [pin for pin in entry.pins if not pin.rejected]
    if not accepted:
        library = LIBRARIES[entry.semantics]
        means = "the host is not pinned" if library.empty == "unpinned" else "every connection is refused"
        yield "PIN008", "error", f"no pin at all: {means}", entry.spot, "add the pin and a backup pin"
        return
    seen: set[tuple[Kind, str, bytes]] = set()
    for number, pin in enumerate(accepted, 1):
        if pin.object in seen and not pin.fault:
            yield (
                "PIN005",
                "warning",
                f"pin {number} repeats another",
                pin.spot,
                "pin another key instead",
            )
        seen.add(pin.object)
    if len(seen) == 1:
        level: Level = "error" if LIBRARIES[entry.semantics].fewest > 1 and entry.enforced else "warning"
        fix = "create a second key, keep it offline, and pin it too"
        yield "PIN001", level, "one pin and no backup", accepted[0].spot, fix


def _dates(entry: HostPins, at: datetime.datetime) -> Iterator[Problem]:
    if entry.expires is None or not LIBRARIES[entry.semantics].expiry_opens:
        return
    if expired(entry, at):
        text = f"expired on {entry.expires}: nothing is pinned any more"
        yield "PIN002", "error", text, entry.spot, "ship a later date, or none"
    elif expired(entry, at + SOON):
        text = f"expires on {entry.expires}; after that nothing is pinned"
        yield "PIN003", "warning", text, entry.spot, "ship a later date in time"


def _about_pin(entry: HostPins, number: int, pin: Pin) -> Iterator[Problem]:
    if pin.fault:
        stops = LIBRARIES[entry.semantics].misspelt == "stops" and not pin.builds
        means = "the app does not start" if stops else "it never matches"
        yield (
            "PIN004",
            "error",
            f"pin {number}: {pin.fault}; {means}",
            pin.spot,
            "write the hash in the notation of this format",
        )
        return
    if pin.loose:
        yield "PIN018", "note", f"pin {number}: {pin.loose}", pin.spot, "write standard base64 with padding"
    if pin.kind == Kind.CERTIFICATE:
        text = f"pin {number} is a hash of the whole certificate: every renewal changes it"
        yield "PIN011", "warning", text, pin.spot, "pin the key (SPKI) and keep it over renewals"
    if pin.algorithm in ("sha1", "md5"):
        yield "PIN014", "warning", f"pin {number} uses {pin.algorithm.upper()}", pin.spot, "use SHA-256"


def _about_chain(entry: HostPins, chain: CertificateChain) -> Iterator[Problem]:
    """Problems that show only against the chain that is served now."""
    leaf = chain.leaf
    keys = {digest for link in chain.links for kind, _, digest in link.digests if kind == Kind.SPKI}
    valid = [pin for pin in entry.pins if not pin.fault and not pin.rejected]
    if len({pin.object for pin in valid}) > 1 and all(pin.digest in keys for pin in valid):
        yield (
            "PIN013",
            "warning",
            "every pin is in this chain, so none is a backup",
            entry.spot,
            "pin a key that is not in use",
        )
    for number, pin in enumerate(entry.pins, 1):
        if leaf.not_before and leaf.not_after and leaf.matches(pin) and pin.role != Role.CA:
            days = (leaf.not_after - leaf.not_before).days
            if leaf.not_after - leaf.not_before <= SHORT_LIVED:
                text = f"pin {number} is the leaf of a certificate of {days} days"
                fix = "keep the key over renewals (certbot --reuse-key), or pin an issuer"
                yield "PIN009", "warning", text, pin.spot, fix
        other = "" if pin.fault else mistaken(pin, chain)
        if other:
            yield (
                "PIN019",
                "error",
                f"pin {number} is {other}",
                pin.spot,
                "write the hash of the right object",
            )
        unused = misplaced(pin, chain, LIBRARIES[entry.semantics].leaf_only)
        if unused:
            yield (
                "PIN020",
                "error",
                f"pin {number} is {unused}",
                pin.spot,
                "pin a certificate that is compared",
            )


def _about_hosts(pinset: PinSet) -> Iterator[Problem]:
    """Hosts with two entries, and patterns that no host matches."""
    seen: set[tuple[str, Match | None]] = set()
    for entry in pinset.hosts:
        whole = entry.semantics in _BY_PATTERN or entry.match == Match.EVERY_HOST
        key = (normal(entry.pattern), entry.match if whole else None)
        if key in seen:
            effect = _twice(entry.semantics)
            yield "PIN006", "error", f"{entry.shown} a second time: {effect}", entry.spot, "merge the entries"
        seen.add(key)
    for entry in pinset.hosts:
        fault = _unreachable(entry)
        if fault:
            yield (
                "PIN007",
                "error",
                f"{entry.shown}: {fault}",
                entry.spot,
                "write a host name that clients connect to",
            )


def _twice(semantics: Semantics) -> str:
    if semantics == Semantics.ANDROID_NSC:
        return "Android refuses the file"
    return "the pins of both count" if LIBRARIES[semantics].unites else "only one of them is used"


def _unreachable(entry: HostPins) -> str:
    """Why no host can match a pattern; empty where one can."""
    name = normal(entry.pattern)
    if entry.match == Match.EVERY_HOST:
        return ""
    if not name:
        return "the pattern is empty"
    deep = entry.match in (Match.ONE_LABEL, Match.ANY_DEPTH)
    probe = f"any.{name}" if deep else name
    if not covers(entry.match, entry.pattern, probe):
        return "no host matches it"
    if name.replace(".", "").isdigit() and deep:
        return "an address has no names below it"
    if "." not in name and entry.match not in (Match.EXACT,) and name != "localhost":
        return "a whole top-level domain; libraries with a list of public suffixes refuse it"
    return ""
