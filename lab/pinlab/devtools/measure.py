"""Runs the catalogue against many clients, for pages that must be measured before they can be written.

All share one run folder, so that a world is minted once for all. It prints nothing and excuses nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pinlab.processes.fork_pool import share
from pinlab.runner.case_result import run_case
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.options import RunOptions
from pinlab.runner.results import Result, pack, unpack
from pinlab.runner.run_dir import run_folder
from pinlab.runner.settings import settings_of

SEED = 20261124
"""Measured pages do not depend on it; it makes a repetition exact."""

AT_ONCE = 3
"""So many clients for each core: the flawed ones spend their time hanging, not working."""


def measure(expected: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, tuple[Result, ...]]]:
    """Give the results of each client over its scenarios (ids; none: all), several clients at once.

    In the order of `expected`; the results in catalogue order. RuntimeError: a worker died.
    """
    clients = list(expected)
    found: dict[int, tuple[Result, ...]] = {}
    with run_folder() as folder:
        settings = replace(settings_of(RunOptions(seed=SEED), folder), evidence=None)

        def work(number: int) -> bytes:
            client = clients[number]
            runner = CaseRunner.open(replace(settings, client=client, selected=tuple(expected[client])))
            results = [pack(run_case(runner, case)) for case in runner.cases()]
            return json.dumps([number, results]).encode()

        def take(packed: bytes) -> None:
            number, results = json.loads(packed)
            found[number] = tuple(map(unpack, results))

        share(len(clients), AT_ONCE * len(os.sched_getaffinity(0)), work, take)
    if lost := [client for number, client in enumerate(clients) if number not in found]:
        raise RuntimeError(f"the worker of {', '.join(lost)} died")
    yield from ((client, found[number]) for number, client in enumerate(clients))
