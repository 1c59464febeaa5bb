"""A run set beside an earlier one: what got worse, what got better, what is new.

For a client with debts: CI fails only on what got worse.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pinlab.core.enums import ExitStatus, ResultOutcome, Verdict
from pinlab.core.errors import FileError, UsageError
from pinlab.core.files import read_limited
from pinlab.core.toml import read_model
from pinlab.core.verdicts import gravity
from pinlab.runner.results import Result
from pinlab.runner.results_document import SCHEMA, ResultsDocument

_JUDGED = (ResultOutcome.PASSED, ResultOutcome.FAILED)
NOT_JUDGED = 1

Key = tuple[str, str]
"""A case as (scenario, TLS version)."""


@dataclass(frozen=True)
class BaselineComparison:
    """Today's results against an earlier run's: cases that got worse, got better, or were not in it."""

    worse: tuple[Result, ...]
    better: tuple[Result, ...]
    new: tuple[Result, ...]

    def status(self, plain: ExitStatus, results: Sequence[Result]) -> ExitStatus:
        """The exit status of a run that has a baseline; `plain` is what it would be without.

        1 where something got worse, 3 where all that got worse is that the lab could not conclude. What was
        as bad before does not count, but a run that judged nothing stays at 3, an interrupted one at 130.
        """
        if plain == ExitStatus.INTERRUPTED or not any(
            result.outcome in _JUDGED or result.known for result in results
        ):
            return plain
        if not self.worse:
            return ExitStatus.OK
        unclear = all(result.outcome == ResultOutcome.ERROR for result in self.worse)
        return ExitStatus.INCONCLUSIVE if unclear else ExitStatus.NOT_AS_EXPECTED

    def lines(self, name: str) -> list[str]:
        """The comparison in a few lines; `name` is the file that it was made with."""
        lines = [f"Against {name}: {len(self.worse)} worse, {len(self.better)} better, {len(self.new)} new."]
        lines += [f"  worse   {_named(result)}" for result in self.worse]
        return lines + [f"  better  {_named(result)}" for result in self.better]


def _named(result: Result) -> str:
    return f"{result.scenario} (TLS {result.tls}): {result.verdict}"


def read_baseline(path: Path, option: str = "--baseline") -> dict[Key, Result]:
    """The results of an earlier `pinlab run --json`, by case. UsageError names the file and what is wrong."""
    try:
        document: Any = json.loads(read_limited(path))
    except OSError as error:
        raise UsageError(f"{option}: {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{option}: {path}: no JSON: {error}") from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise UsageError(f"{option}: {path}: expected the file of an earlier `pinlab run --json` ({SCHEMA})")
    try:
        read = read_model(ResultsDocument, document, file=str(path))
    except FileError as error:
        raise UsageError(f"{option}: {error}") from error
    results = [Result.from_json(entry.model_dump(by_alias=True)) for entry in read.results]
    return {(result.scenario, result.tls): result for result in results}


def compare(earlier: dict[Key, Result], results: Sequence[Result]) -> BaselineComparison:
    """Set today's results beside the earlier ones. A deviation in a case that is new counts as worse."""
    worse, better, new = [], [], []
    for result in results:
        before = earlier.get((result.scenario, result.tls))
        if before is None:
            new.append(result)
        weight, past = _weight(result), _weight(before) if before else NOT_JUDGED
        if weight > past:
            worse.append(result)
        elif before is not None and weight < past:
            better.append(result)
    return BaselineComparison(tuple(worse), tuple(better), tuple(new))


def _weight(result: Result) -> int:
    """How wrong a case is: 0 as expected or known, 1 not judged, then by the gravity of the verdict."""
    if result.outcome == ResultOutcome.PASSED or result.known:
        return 0
    if result.outcome == ResultOutcome.SKIPPED:
        return NOT_JUDGED
    return 2 + max(0, gravity(Verdict.INCONCLUSIVE) - gravity(result.verdict))
