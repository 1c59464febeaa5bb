"""Known deviations: what we know a client does differently, and why we live with it for now.

Strict: an entry that no longer applies, or whose date is past, fails the run. It never excuses INCONCLUSIVE.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase
from glob import escape
from pathlib import Path
from typing import Literal, Protocol

from pydantic import Field

from pinlab.core.enums import ResultOutcome
from pinlab.core.models import Strict
from pinlab.core.toml import read_model, read_toml
from pinlab.runner.results import Result


class ListedDeviation(Protocol):
    """An entry of an adapter's KNOWN."""

    @property
    def pattern(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def reason(self) -> str: ...


class AcceptedDeviation(Strict):
    """One known deviation. `scenario`, `client` and `tls` are globs."""

    scenario: str = Field(min_length=1)
    """Glob of scenarios: scenario = "tamper/*"."""
    verdict: Literal["BREACHED", "LOCKED_OUT", "WRONG_REASON"]
    """What the client comes to: verdict = "BREACHED". A verdict that says nothing about it cannot be known."""
    reason: str = Field(min_length=1)
    """Why it is accepted for now: reason = "fixed in 2.1"."""
    until: date | None = None
    """Its last day, without quotes: until = 2027-01-31."""
    client: str = "*"
    """Glob of clients: client = "curl"."""
    tls: str = "*"
    """Glob of TLS versions: tls = "1.3"."""

    def covers(self, result: Result) -> bool:
        """Whether this entry speaks about that case."""
        return (
            fnmatchcase(result.scenario, self.scenario)
            and fnmatchcase(result.client, self.client)
            and fnmatchcase(result.tls, self.tls)
        )


class _KnownFile(Strict):
    known: tuple[AcceptedDeviation, ...] = Field(default=(), strict=False)
    """Known deviations, a table for each."""


def read_known(path: Path) -> tuple[AcceptedDeviation, ...]:
    """The entries of a TOML file of `[[known]]` tables. FileError: unreadable, or not of that form."""
    return read_model(_KnownFile, read_toml(path), file=str(path)).known


def from_adapter(entries: Iterable[ListedDeviation], client: str) -> tuple[AcceptedDeviation, ...]:
    """An adapter's KNOWN, which speaks about that client alone. FileError as for a file."""
    made = (
        {
            "scenario": entry.pattern,
            "verdict": entry.verdict,
            "reason": entry.reason,
            "client": escape(client),
        }
        for entry in entries
    )
    return tuple(
        read_model(AcceptedDeviation, entry, file=f"KNOWN of {client}", table=entry["scenario"])
        for entry in made
    )


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
