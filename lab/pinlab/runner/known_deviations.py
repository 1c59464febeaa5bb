"""Known deviations: what we know a client does differently, and why we live with it for now.

Strict: an entry that no longer applies, or whose date is past, fails the run. It never excuses INCONCLUSIVE.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from fnmatch import fnmatchcase
from glob import escape
from pathlib import Path
from typing import Any, Protocol

from pinlab.core.enums import ResultOutcome, Verdict
from pinlab.core.errors import FileError
from pinlab.core.files import read_limited
from pinlab.runner.results import Result

EXCUSABLE = (Verdict.BREACHED, Verdict.LOCKED_OUT, Verdict.WRONG_REASON)
"""What can be known about a client. A verdict that says nothing about it cannot."""


class KnownError(FileError):
    """The file of known deviations cannot be used; the text names file and entry. A usage error (exit 2)."""


class ListedDeviation(Protocol):
    """An entry of an adapter's KNOWN."""

    @property
    def pattern(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True)
class AcceptedDeviation:
    """One known deviation. `scenario`, `client` and `tls` are globs; `until` is its last day."""

    scenario: str
    verdict: str
    reason: str
    until: date | None = None
    client: str = "*"
    tls: str = "*"

    def covers(self, result: Result) -> bool:
        """Whether this entry speaks about that case."""
        return (
            fnmatchcase(result.scenario, self.scenario)
            and fnmatchcase(result.client, self.client)
            and fnmatchcase(result.tls, self.tls)
        )


def read_known(path: Path) -> tuple[AcceptedDeviation, ...]:
    """The entries of a TOML file of `[[known]]` tables. KnownError: unreadable, or not of that form."""
    try:
        text = read_limited(path).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KnownError(f"{path}: cannot be read: {error}") from error
    return parse_known(text, str(path))


def parse_known(text: str, name: str = "known") -> tuple[AcceptedDeviation, ...]:
    """As `read_known`, from text; `name` is used in messages."""
    try:
        document = tomllib.loads(text)
    except ValueError as error:
        raise KnownError(f"{name}: {error}") from error
    except RecursionError as error:
        raise KnownError(f"{name}: is nested too deeply") from error
    strange = sorted(set(document) - {"known"})
    entries = document.get("known", [])
    if strange or not isinstance(entries, list):
        raise KnownError(
            f"{name}: only [[known]] tables are expected" + (f", not {strange[0]}" if strange else "")
        )
    return tuple(_entry(entry, f"{name}: known[{number}]") for number, entry in enumerate(entries))


def from_adapter(entries: Iterable[ListedDeviation], client: str) -> tuple[AcceptedDeviation, ...]:
    """An adapter's KNOWN, which speaks about that client alone. KnownError as for a file."""
    made = (
        {
            "scenario": entry.pattern,
            "verdict": entry.verdict,
            "reason": entry.reason,
            "client": escape(client),
        }
        for entry in entries
    )
    return tuple(_entry(entry, f"KNOWN of {client}: {entry['scenario']}") for entry in made)


def _entry(entry: Any, where: str) -> AcceptedDeviation:
    if not isinstance(entry, dict):
        raise KnownError(f"{where}: expected a table")
    names = [field.name for field in fields(AcceptedDeviation)]
    unknown = sorted(set(entry) - set(names))
    if unknown:
        raise KnownError(f"{where}: unknown key {unknown[0]!r}; known keys: {', '.join(names)}")
    for key in ("scenario", "verdict", "reason"):
        if not entry.get(key):
            raise KnownError(f"{where}: {key} is required")
    for key, value in entry.items():
        if key != "until" and not isinstance(value, str):
            raise KnownError(f"{where}.{key}: expected text, not {value!r}")
    until = entry.get("until")
    if until is not None and type(until) is not date:
        raise KnownError(f"{where}.until: expected a date like 2027-01-31 without quotes, not {until!r}")
    if entry["verdict"] not in EXCUSABLE:
        raise KnownError(
            f"{where}.verdict: {entry['verdict']!r} cannot be known; one of {', '.join(EXCUSABLE)}"
        )
    return AcceptedDeviation(**entry)


def apply_known(result: Result, entries: Sequence[AcceptedDeviation], today: date) -> Result:
    """The result with its known deviation: excused (`skipped`), or `failed` because the entry is stale.

    What says nothing about the client (INCONCLUSIVE, UNSUPPORTED, SKIPPED) stays as it is.
    """
    covering = [entry for entry in entries if entry.covers(result)]
    if not covering or result.outcome not in (ResultOutcome.PASSED, ResultOutcome.FAILED):
        return result
    entry = next((deviation for deviation in covering if deviation.verdict == result.verdict), covering[0])
    if entry.verdict != result.verdict or result.as_expected:
        return _stale(
            result, f"the known deviation {entry.verdict} no longer applies ({entry.reason}): remove it"
        )
    if entry.until is not None and entry.until < today:
        return _stale(result, f"the known deviation was to end by {entry.until.isoformat()} ({entry.reason})")
    return replace(result, outcome=ResultOutcome.SKIPPED, known=entry.reason)


def _stale(result: Result, text: str) -> Result:
    return replace(result, outcome=ResultOutcome.FAILED, cause=f"{text}; {result.cause}".rstrip("; "))


def about(entries: Iterable[AcceptedDeviation], client: str) -> tuple[AcceptedDeviation, ...]:
    """Entries that may speak about this client at all."""
    return tuple(entry for entry in entries if fnmatchcase(client, entry.client))


def unmatched(
    entries: Iterable[AcceptedDeviation], results: Iterable[Result]
) -> tuple[AcceptedDeviation, ...]:
    """Entries that speak about no case at all: stale where the whole catalogue was run."""
    found = tuple(results)
    return tuple(entry for entry in entries if not any(entry.covers(result) for result in found))
