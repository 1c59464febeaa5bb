"""Runs the catalogue against many clients, for pages that must be measured before they can be written.

All share one run folder, so that a world is minted once for all. It prints nothing and excuses nothing.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

from pinlab.runner.case_result import find
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.options import RunOptions
from pinlab.runner.results import Result
from pinlab.runner.run_dir import run_folder
from pinlab.runner.settings import Settings, settings_of

SEED = 20261124
"""Measured pages do not depend on it; it makes a repetition exact."""

AT_ONCE = 3
"""So many clients for each core: the flawed ones spend their time hanging, not working."""


def measure(expected: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, tuple[Result, ...]]]:
    """Give the results of each client over its scenarios (ids; none: all), several clients at once.

    In the order of `wanted`; the results in catalogue order. Raises what `CaseRunner.open` raises.
    """
    processes = AT_ONCE * len(os.sched_getaffinity(0))
    with run_folder() as folder:
        settings = replace(settings_of(RunOptions(seed=SEED), folder), evidence=None)
        each = [replace(settings, client=client, selected=tuple(ids)) for client, ids in expected.items()]
        with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
            yield from zip(expected, pool.map(_results, each), strict=True)


def _results(settings: Settings) -> tuple[Result, ...]:
    case_runner = CaseRunner.open(settings)
    return tuple(find(case_runner, case) for case in case_runner.cases())
