"""The lab that stays up: at most one run at a time, each with a desk, a thread and a folder of its own.

Runs share nothing but the catalogue. It knows no HTTP.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pinlab import __version__
from pinlab.catalogue.loader import Catalogue
from pinlab.catalogue.suites import default_suite, members
from pinlab.core.errors import UsageError
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.extensions import RunExtension
from pinlab.runner.external_client import Abandoned, ExternalAdapter
from pinlab.runner.results import RunFacts, exit_status
from pinlab.runner.run_dir import run_folder
from pinlab.runner.settings import Settings
from pinlab.serve.external_client import HttpDriver
from pinlab.serve.observers import Watchers
from pinlab.serve.play import count_visits, play
from pinlab.serve.requests import Order
from pinlab.serve.task_queue import Desk, OutOfOrder

END_S = 30.0
"""How long a run may take to end once it must."""


@dataclass
class ServedRun:
    """One run: who it is for, what it plays, and its desk."""

    order: Order
    settings: Settings
    version: str
    desk: Desk = field(default_factory=Desk)
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    started: str = field(default_factory=lambda: datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    thread: threading.Thread | None = None
    finished: bool = False
    """The client has asked for its end: another run may begin."""

    def facts(self) -> RunFacts:
        """The run as a whole, as reports tell it."""
        view = self.desk.view()
        return RunFacts(
            client=self.order.client,
            client_version=self.version,
            pinlab_version=__version__,
            started=self.started,
            seed=self.settings.seed,
            via=str(self.settings.via),
            complete=view.over and view.complete,
            exit_status=int(exit_status(view.results, interrupted=view.over and not view.complete)),
        )


class LabService:
    """Opens and ends runs."""

    def __init__(self, plain: Settings, catalogue: Catalogue, patience_s: float) -> None:
        """`plain` is what all runs have in common; the client gets `patience_s` for each visit."""
        self._plain, self.catalogue, self._patience_s = plain, catalogue, patience_s
        self.run: ServedRun | None = None
        self._watchers = Watchers()
        self.stopped = False

    def open(self, order: Order) -> ServedRun:
        """Begin a run. OutOfOrder: one is open. FileError: `only` names no scenario."""
        if self.run is not None and not self.run.finished:
            raise OutOfOrder("a run is open; POST /v1/finish ends it")
        named = bool(order.only) or self.extension.names_scenarios
        suite = order.suite or default_suite(ours=False, named=named)
        selected = members(self.catalogue.select(order.only), suite)
        settings = replace(
            self._plain,
            seed=secrets.randbelow(2**32) if order.seed is None else order.seed,
            now=int(time.time()),
            client=order.client,
            via=order.via,
            selected=tuple(scenario.id for scenario in selected),
        )
        run = ServedRun(order, settings, order.version or "outside")
        run.desk.watch(self._watchers.notify)
        if not selected:
            run.desk.end(False, f"no scenario named by `only` is in the suite {suite}")
        else:
            run.thread = threading.Thread(target=self._play, args=(run,), name=run.id, daemon=True)
            run.thread.start()
        self.run = run
        self._watchers.notify()
        return run

    @property
    def extension(self) -> RunExtension:
        """What its runs are besides the catalogue."""
        return self._plain.extension

    def watch(self, on_change: Callable[[], None]) -> Callable[[], None]:
        """As `Desk.watch`, for whatever run is open."""
        return self._watchers.add(on_change)

    def finish(self, run: ServedRun) -> None:
        """The client has its results: another run may begin."""
        run.finished = True
        self._watchers.notify()

    def stop(self) -> None:
        """Let everything end; nothing is waited for."""
        self.stopped = True
        if self.run is not None:
            self.run.desk.abandon()
        self._watchers.notify()

    def join(self) -> bool:
        """Wait for the end after `stop`; whether it came in time."""
        thread = self.run.thread if self.run else None
        if thread is not None:
            thread.join(END_S)
        return thread is None or not thread.is_alive()

    def _play(self, run: ServedRun) -> None:
        complete, cause = False, "it was ended before its last scenario"
        try:
            with run_folder() as folder:
                settings = replace(run.settings, run_folder=str(folder))
                extension, catalogue = settings.extension.refreshed(self.catalogue)
                settings = replace(settings, extension=extension)
                fixed = settings.world is not None or not extension.holds_pinned_keys
                adapter = ExternalAdapter(run.order.client, run.version, fixed)
                driver = HttpDriver(run.desk, self._patience_s)
                case_runner = CaseRunner(settings, catalogue, adapter, driver)
                driver.of = count_visits(case_runner)
                play(case_runner, driver, run.desk)
            complete, cause = True, ""
        except Abandoned:
            pass
        except UsageError as error:
            cause = str(error)
        except Exception as error:  # shown to anyone who asks; a traceback would reach no one
            cause = f"lab fault: {type(error).__name__}: {error}"
        finally:
            run.desk.end(complete, cause)
