"""Runs the whole catalogue against one client, for pages that must be measured before they can be written.

It prints nothing and excuses nothing; what cannot be concluded is in the results as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pinlab.results import Result
from pinlab.run import Request, settings_of
from pinlab.run_folder import run_folder
from pinlab.runner import Bench
from pinlab.suite import run_suite, worker_count

SEED = 20261124
"""Measured pages do not depend on it; it makes a repetition exact."""


def measure(client: str, scenarios: Sequence[str] = ()) -> tuple[Result, ...]:
    """Give the results of the scenarios (ids; none: all) in catalogue order, on every core.

    Raises KeyboardInterrupt when somebody interrupts it, and what `Bench.open` raises.
    """
    with run_folder() as folder:
        settings = replace(settings_of(Request(client=client, seed=SEED), folder), evidence=None)
        bench = Bench.open(replace(settings, selected=tuple(scenarios)))
        cases = bench.cases()
        end = run_suite(bench, cases, worker_count("auto", len(cases)), lambda result: None)
    if not end.complete:
        raise KeyboardInterrupt
    return end.results
