"""Would released apps, by their pin files, accept the next certificate?

Pure: it compares values and reads nothing. One row for each host that the certificate can be shown for.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from pinlab.pins.chain import CertificateChain
from pinlab.pins.chain_building import out_of_date
from pinlab.pins.decide import Decision, PinOutcome, cannot_start, decide
from pinlab.pins.explain import hints
from pinlab.pins.hosts import concerned, covers, example, select
from pinlab.pins.model import HostPins, Kind, Match, PinSet, Semantics

ZONES = datetime.timedelta(hours=14)
"""The earliest time zone is so far ahead of UTC (the latest is 12 hours behind)."""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """What one pin file does with the chain on one host."""

    file: str
    format: str
    host: str
    pattern: str
    decision: Decision
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The answers for all files and hosts."""

    chain: CertificateChain
    at: datetime.datetime
    rows: tuple[CheckRow, ...]
    findings: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether every file accepts the chain by a pin."""
        return bool(self.rows) and all(row.decision.outcome == PinOutcome.ACCEPTED for row in self.rows)


def check(
    pinsets: Sequence[PinSet], chain: CertificateChain, at: datetime.datetime, host: str | None = None
) -> CheckResult:
    """Check the chain against every file, for `host` or for every pinned host that the chain is valid for."""
    rows = tuple(row for pinset in pinsets for row in _rows(pinset, chain, at, host))
    findings = (*_disagreements(rows), *_different_pins(pinsets, rows))
    return CheckResult(chain, at, rows, findings, tuple(_remarks(chain, at, host)))


def _rows(pinset: PinSet, chain: CertificateChain, at: datetime.datetime, host: str | None) -> list[CheckRow]:
    names = [host] if host else _hosts(pinset, chain)
    stopped = cannot_start(pinset)
    if not names:
        known = ", ".join(chain.names[:4]) or "none"
        text = f"no entry of this file is for the certificate's names ({known}); --host NAME tries another"
        decision = stopped or Decision(PinOutcome.NOT_PINNED, text)
        return [CheckRow(pinset.source, pinset.format, "", "", decision)]
    return [_row(pinset, chain, at, name, stopped) for name in names]


def _hosts(pinset: PinSet, chain: CertificateChain) -> list[str]:
    """One concrete host for each entry that covers a name of the certificate; for each entry if it has no names."""
    if not chain.names:
        return list(dict.fromkeys(example(entry) for entry in pinset.hosts))
    found = (concerned(entry, chain.names) for entry in pinset.hosts)
    return list(dict.fromkeys(name for name in found if name))


def _row(
    pinset: PinSet, chain: CertificateChain, at: datetime.datetime, host: str, stopped: Decision | None
) -> CheckRow:
    pins = select(pinset, host)
    if pins is None:
        warnings_found = tuple(f"{note.text} ({note.spot})" for note in pinset.remarks)
        decision = stopped or Decision(PinOutcome.NOT_PINNED, "no entry of this file is for this host")
        return CheckRow(pinset.source, pinset.format, host, "", decision, warnings_found)
    decision = decide(pins, chain, at)
    if not decision.outcome.locks_out:
        decision = stopped or decision
    remarks: list[str] = []
    if decision.outcome.locks_out or decision.outcome == PinOutcome.REPORT_ONLY:
        remarks += hints(pins, chain)
    if decision.outcome == PinOutcome.NOT_PINNED:
        remarks += [f"{note.text} ({note.spot})" for note in pinset.remarks]
    if pins.expires and abs(_midnight(pins.expires) - at) <= ZONES and pins.semantics == "android-nsc":
        remarks.append("the set ends at midnight of the device's own time zone: devices differ on this day")
    return CheckRow(pinset.source, pinset.format, host, pins.shown, decision, tuple(remarks))


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, tzinfo=datetime.UTC)


def _disagreements(rows: Sequence[CheckRow]) -> list[str]:
    """Hosts for which the files give different outcomes; a file without hosts counts for every host."""
    found = []
    for host in dict.fromkeys(row.host for row in rows if row.host):
        about = [row for row in rows if row.host == host or row.pattern == EVERY]
        groups: dict[PinOutcome, list[str]] = {}
        for row in about:
            groups.setdefault(row.decision.outcome, []).append(row.file)
        if len(groups) > 1:
            parts = [f"{WORDS[outcome]} in {', '.join(files)}" for outcome, files in groups.items()]
            found.append(f"the files disagree about {host}: {'; '.join(parts)}")
    return found


EVERY = HostPins("", Match.EVERY_HOST, (), Semantics.SPKI_ANY).shown
WORDS = {
    PinOutcome.ACCEPTED: "accepted",
    PinOutcome.NOT_PINNED: "not pinned",
    PinOutcome.REPORT_ONLY: "only reported",
    PinOutcome.REFUSED: "refused",
    PinOutcome.CANNOT_START: "the app cannot start",
}


def _different_pins(pinsets: Sequence[PinSet], rows: Sequence[CheckRow]) -> list[str]:
    """Keys that one file pins for a host and another does not, so that a later rotation locks some users out."""
    found = []
    for host in dict.fromkeys(row.host for row in rows if row.host):
        named = {row.file for row in rows if row.host == host}
        sets = {
            pinset.source: keys
            for pinset in pinsets
            if pinset.source in named and (keys := _keys(pinset, host))
        }
        for file, keys in sets.items():
            missing = len(set.union(*sets.values()) - keys)
            if missing:
                found.append(f"{file} lacks {missing} of the keys that other files pin for {host}")
    return found


def _keys(pinset: PinSet, host: str) -> set[bytes]:
    """The keys that a file pins for a host; hashes of certificates cannot be compared with them."""
    pins = select(pinset, host)
    return {pin.digest for pin in pins.pins if pin.kind == Kind.SPKI and not pin.rejected} if pins else set()


def _remarks(chain: CertificateChain, at: datetime.datetime, host: str | None) -> list[str]:
    remarks = list(chain.remarks)
    remarks += [text for link in chain.links if (text := out_of_date(link, at))]
    if host and chain.names and not any(_names(name, host) for name in chain.names):
        remarks.append(
            f"the certificate is not for {host} ({', '.join(chain.names[:4])}): ordinary validation refuses it"
        )
    return remarks


def _names(name: str, host: str) -> bool:
    if name.startswith("*."):
        return covers(Match.ONE_LABEL, name[2:], host)
    return covers(Match.EXACT, name, host)
