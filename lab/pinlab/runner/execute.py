"""A whole run: every selected case under pytest, in parallel where it pays; results in catalogue order.

It judges nothing and formats nothing. Whatever pytest itself has to say is kept aside, for when it breaks.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from pinlab.catalogue.loader import SHIPPED
from pinlab.processes.child import children_of_this_process, kill_strays
from pinlab.processes.fork_pool import share
from pinlab.runner.case_result import lab_fault, why_not_run
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.cases import Case
from pinlab.runner.results import PROPERTY, Result, unpack


@dataclass(frozen=True)
class SuiteEnd:
    """What a run came to. `complete`: no one interrupted it."""

    results: tuple[Result, ...]
    complete: bool


class Collector:
    """Takes results out of pytest's reports as they come home."""

    def __init__(self, on_result: Callable[[Result], None]) -> None:
        """`on_result` is called once for each finished case."""
        self._on_result = on_result
        self.results: dict[tuple[str, str], Result] = {}
        self.interrupted = False

    def pytest_runtest_logreport(self, report: Any) -> None:
        """pytest's hook: a phase of an item has ended, here or in a worker."""
        if report.when != "call":
            return
        for name, value in report.user_properties:
            if name == PROPERTY:
                self.take(unpack(value))

    def pytest_keyboard_interrupt(self, excinfo: object) -> None:
        """pytest's hook: the user has had enough; workers stop at once."""
        self.interrupted = True
        stop_workers()

    def take(self, result: Result) -> None:
        """One case is done."""
        self.results[result.scenario, result.tls] = result
        self._on_result(result)


class WorkerPool:
    """Runs the items that pytest has collected on workers forked from the process that collected them."""

    def __init__(self, workers: int, collector: Collector) -> None:
        """`collector` takes the results; in a worker it gets nothing."""
        self._workers, self._collector = workers, collector

    def pytest_runtestloop(self, session: Any) -> bool:
        """pytest's hook: run all items."""
        items = sorted(session.items, key=lambda item: waits_less(item.case))
        plugins = session.config.pluginmanager

        def work(number: int) -> bytes:
            if plugins.is_registered(self._collector):
                plugins.unregister(self._collector)
            item = items[number]
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            return str(dict(item.user_properties)[PROPERTY]).encode()

        def take(packed: bytes) -> None:
            self._collector.take(unpack(packed.decode()))

        share(len(items), self._workers, work, take)
        return True


def waits_less(case: Case) -> bool:
    """What waits by the clock goes first, so that in the end no one waits for it alone."""
    return case.scenario.timeout is None


@contextlib.contextmanager
def minting(case_runner: CaseRunner, cases: Sequence[Case]) -> Iterator[None]:
    """Meanwhile the worlds of `cases` are made, by another core than the one that starts pytest."""
    chosen = [case for case in sorted(cases, key=waits_less) if not why_not_run(case_runner, case)[1]]
    process = case_runner.mint_ahead(chosen)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def run_suite(
    case_runner: CaseRunner, cases: Sequence[Case], workers: int, on_result: Callable[[Result], None]
) -> SuiteEnd:
    """Run `cases`, the ones that the settings of `case_runner` select, on `workers` processes (0: in this one)."""
    settings = case_runner.settings
    folder = Path(settings.catalogue) if settings.catalogue else SHIPPED
    families = list(dict.fromkeys(case.scenario.family for case in cases))
    files = [str(folder / f"{family}.toml") for family in families]
    arguments = ["-c", os.devnull, "--rootdir", str(folder), "--noconftest", "-q", "-s"]
    arguments += ["-p", "no:cacheprovider"]
    collector = Collector(on_result)
    output = io.StringIO()
    ahead = minting(case_runner, cases) if workers else contextlib.nullcontext()
    with ahead, plain_pytest(), contextlib.redirect_stdout(output):
        import pytest

        from pinlab.runner.case_item import RunFront
        from pinlab.runner.catalogue_plugin import CataloguePlugin

        plugins: list[object] = [collector, CataloguePlugin(RunFront(case_runner))]
        if workers:
            plugins.append(WorkerPool(workers, collector))
        try:
            pytest.main([*arguments, *files], plugins=plugins)
        except KeyboardInterrupt:
            collector.interrupted = True
        finally:
            stop_workers()
            kill_strays()
    if collector.interrupted:
        done = [collector.results.get((case.scenario.id, case.tls)) for case in cases]
        return SuiteEnd(tuple(result for result in done if result), False)
    if os.environ.get("PINLAB_DEBUG"):
        os.write(2, output.getvalue().encode())
    cause = (
        "the lab's worker died" if collector.results else f"pytest could not run: {output.getvalue()[-500:]}"
    )
    found = [
        collector.results.get((case.scenario.id, case.tls)) or lab_fault(case_runner, case, cause)
        for case in cases
    ]
    return SuiteEnd(tuple(found), True)


def stop_workers() -> None:
    """Tell every child of this process to end; workers take their own children with them."""
    for pid in children_of_this_process():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


@contextlib.contextmanager
def plain_pytest() -> Iterator[None]:
    """Keep the user's own pytest settings and plugins out of a run."""
    names = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    before = {name: os.environ.pop(name, None) for name in names}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


@contextlib.contextmanager
def terminated_like_interrupted() -> Iterator[None]:
    """While a run goes on, SIGTERM is an interruption like any other."""

    def interrupt(signum: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
