"""What the lab's own tests share: the built programs, a case runner over the shipped catalogue, the options.

It never builds anything, and it never skips: a program that is missing is a failure that says what to do.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from pinlab.core.paths import ROOT
from pinlab.processes.binaries import ENVIRONMENT
from pinlab.processes.child import kill_strays
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.run_dir import run_folder
from pinlab.runner.settings import Settings
from pinlab.runner.shared_cache import Store
from tests.support.tools import require

TESTS = Path(__file__).parent
PRESETS = ("release", "dev", "asan")
SEED = 20261124

# A law is no less true on a slow machine.
hypothesis.settings.register_profile(
    "pinlab", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("pinlab")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of `pinlab run` for the items of test_scenarios.py."""
    group = parser.getgroup("pinlab")
    group.addoption("--client", default="reference", help="the client of test_scenarios.py")
    group.addoption("--only", action="append", default=[], help="GLOB of its scenarios")
    group.addoption("--keep", action="store_true", help="keep the evidence of every case")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each test has the mark of its folder: unit, integration, end_to_end and so on."""
    for item in items:
        item.add_marker(item.path.relative_to(TESTS).parts[0])


def pytest_runtest_setup(item: pytest.Item) -> None:
    """The programs that a test is marked to need."""
    for mark in item.iter_markers("needs"):
        for program in mark.args:
            require(program)


def pytest_configure(config: pytest.Config) -> None:
    """Without the launcher's word, the programs of the first preset that is built are tested.

    A shell that starts these tests with `&` has them ignore SIGINT, and so would all that they start.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    built = (ROOT / "build" / preset / "bin" for preset in PRESETS)
    found = next((folder for folder in built if (folder / "pinlab-origin").exists()), None)
    if found and ENVIRONMENT not in os.environ:
        os.environ[ENVIRONMENT] = str(found)


@pytest.fixture(scope="session")
def programs() -> Path:
    """The folder of the lab's programs."""
    folder = Path(os.environ.get(ENVIRONMENT, ""))
    if not (folder / "pinlab-origin").exists():
        pytest.fail(f"the programs are not built: run `ci/dev`, or set {ENVIRONMENT} to their folder")
    return folder


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str) -> Iterator[Path]:
    """One run folder for all workers of this test run, so that each case and control is run once."""
    base = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent
    folder = base / f"lab-{testrun_uid}"
    folder.mkdir(exist_ok=True)
    yield folder
    kill_strays()


@pytest.fixture
def private_folder() -> Iterator[Path]:
    """A run folder of one test, gone afterwards."""
    with run_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def open_case_runner(programs: Path, shared_folder: Path, request: pytest.FixtureRequest) -> object:
    """A function from a client's name and a way to its case runner, made once for each."""
    case_runners: dict[tuple[str, str], CaseRunner] = {}
    now = int(Store(shared_folder).get("now", lambda: {"now": int(time.time())})["now"])
    keep = request.config.getoption("--keep")

    def case_runner_of(client: str, via: str = "address") -> CaseRunner:
        if (client, via) not in case_runners:
            evidence = str(ROOT / "build" / "evidence") if keep else None
            settings = Settings(str(shared_folder), SEED, now, client, via=via, keep=keep, evidence=evidence)
            case_runners[client, via] = CaseRunner.open(settings)
        return case_runners[client, via]

    return case_runner_of
