"""Runs the clients that are installed against a suite, one after the other, as often as asked.

Each is probed first, as by `pinlab run`: where the probe is blocked, every case is inconclusive for that.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pinlab.catalogue.suites import members
from pinlab.client_matrix.data import Client, Line, Met
from pinlab.clients import listing, registry
from pinlab.clients.api import Adapter
from pinlab.core.errors import UsageError
from pinlab.core.paths import ROOT
from pinlab.runner import known_deviations
from pinlab.runner.case_result import lab_fault
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.execute import run_suite
from pinlab.runner.options import RunOptions
from pinlab.runner.results import Result
from pinlab.runner.selfcheck import probe
from pinlab.runner.settings import settings_of
from pinlab.runner.workers import worker_count

Say = Callable[[str], None]


@dataclass(frozen=True)
class Chosen:
    """Clients that are here, with their facts, and those that are not."""

    here: tuple[dict[str, Any], ...]
    missing: tuple[Line, ...]


@dataclass(frozen=True)
class RequestedClients:
    """What each client is put through: the suite, how often, and how long one visit may take."""

    suite: str
    runs: int = 1
    timeout_s: float = 10.0


class Interrupted(Exception):
    """Stopped by the user: a comparison that is not whole is not written."""


def choose(names: Sequence[str]) -> Chosen:
    """The clients that were named, or all that have an adapter. UsageError: there is no such client."""
    expected = names or [name for name in registry.names() if name != "flawed:NAME"]
    here, missing = [], []
    for name in dict.fromkeys(expected):
        adapter = registry.find(name)
        if adapter is None:
            raise UsageError(f"no client is called {name!r}; `pinlab clients` lists them")
        facts = {**listing.facts(name), "source": source_of(adapter)}
        if facts["installed"]:
            here.append(facts)
        else:
            missing.append({"name": name, "install": str(facts["install"])})
    return Chosen(tuple(here), tuple(missing))


def source_of(adapter: Adapter) -> str | None:
    """The adapter's file below the repository, or None for a user's own."""
    file = Path(inspect.getfile(type(adapter))).resolve()
    return str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else None


def meet(
    facts: dict[str, Any], asked: RequestedClients, folder: Path, say: Say
) -> tuple[Client, list[Result]]:
    """Run one client as often as asked, each in a folder and with a seed of its own. Interrupted."""
    each: list[list[Result]] = []
    for number in range(asked.runs):
        own = folder / f"{len(list(folder.iterdir()))}"
        own.mkdir()
        each.append(_once(str(facts["name"]), asked, own))
        say(f"{facts['name']}, run {number + 1} of {asked.runs}: {_counts(each[-1])}")
    first, shaky = tuple(Met.of(result) for result in each[0]), tuple(unstable(each))
    met = Client(facts, first, shaky, asked.runs, datetime.now(UTC).date().isoformat())
    return met, [result for results in each for result in results]


def unstable(runs: Sequence[Sequence[Result]]) -> list[Line]:
    """Cases whose verdict was not the same in all runs."""
    found = []
    for same in zip(*runs, strict=True):
        verdicts = [str(entry.verdict) for entry in same]
        if len(set(verdicts)) > 1:
            found.append({"scenario": same[0].scenario, "tls": same[0].tls, "verdicts": ", ".join(verdicts)})
    return found


def _once(name: str, asked: RequestedClients, folder: Path) -> list[Result]:
    options = RunOptions(client=name, timeout=asked.timeout_s)
    case_runner = CaseRunner.open(replace(settings_of(options, folder), evidence=None))
    ids = tuple(member.id for member in members(case_runner.catalogue.scenarios.values(), asked.suite))
    chosen = replace(
        case_runner.settings, via=case_runner.settings.via_for(case_runner.adapter), selected=ids
    )
    case_runner = CaseRunner(chosen, case_runner.catalogue, case_runner.adapter)
    cases = case_runner.cases()
    blocked = None if case_runner.adapter.ours else probe(case_runner).blocked
    if blocked:
        return [lab_fault(case_runner, case, f"probe: {blocked}") for case in cases]
    end = run_suite(case_runner, cases, worker_count("auto", len(cases)), lambda entry: None)
    if not end.complete:
        raise Interrupted
    entries = known_deviations.from_adapter(case_runner.adapter.KNOWN, case_runner.adapter.name)
    return [known_deviations.apply_known(result, entries, date.today()) for result in end.results]


def _counts(results: Sequence[Result]) -> str:
    words = {"passed": 0, "failed": 0, "error": 0, "skipped": 0, "known": 0}
    for result in results:
        words["known" if result.known else str(result.outcome)] += 1
    return ", ".join(f"{count} {word}" for word, count in words.items() if count)
