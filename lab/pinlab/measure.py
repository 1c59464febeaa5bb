"""Runs the catalogue against many clients, for pages that must be measured before they can be written.

All share one run folder, so that a world is minted once for all. It prints nothing and excuses nothing.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

from pinlab.finding import find
from pinlab.results import Result
from pinlab.run import Request, settings_of
from pinlab.run_folder import run_folder
from pinlab.runner import Bench
from pinlab.settings import Settings

SEED = 20261124
"""Measured pages do not depend on it; it makes a repetition exact."""

AT_ONCE = 3
"""So many clients for each core: the flawed ones spend their time hanging, not working."""


def measure(wanted: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, tuple[Result, ...]]]:
    """Give the results of each client over its scenarios (ids; none: all), several clients at once.

    In the order of `wanted`; the results in catalogue order. Raises what `Bench.open` raises.
    """
    processes = AT_ONCE * len(os.sched_getaffinity(0))
    with run_folder() as folder:
        settings = replace(settings_of(Request(seed=SEED), folder), evidence=None)
        each = [replace(settings, client=client, selected=tuple(ids)) for client, ids in wanted.items()]
        with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
            yield from zip(wanted, pool.map(_results, each), strict=True)


def _results(settings: Settings) -> tuple[Result, ...]:
    bench = Bench.open(settings)
    return tuple(find(bench, case) for case in bench.cases())
