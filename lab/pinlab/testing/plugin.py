"""The pytest plugin for a suite of the user's own: fixtures, a marker, options, collection of scenario files.

pytest loads it wherever pinlab is installed, so it imports nothing expensive and starts nothing unasked.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pinlab.testing import Judged, Lab, Scripted
    from pinlab.testing.channel import Line
    from pinlab.testing.clients import Client

MARKER = "pinlab"
FIXTURES = frozenset({"lab", "origin", "mitm"})
JUDGED: pytest.StashKey[list[Judged]] = pytest.StashKey()
"""Of a test: its verdicts so far."""
LONGEST_S = 300.0
"""The lab answers within this, or it is given up: a case and its controls end much sooner."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options and ini keys."""
    from pinlab.testing.options import add_options

    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """The marker."""
    about = (
        "pinlab(*globs, suite=None): one call for each matching scenario of the shipped catalogue, "
        "with the argument `scenario`; every test that uses the lab has this marker"
    )
    config.addinivalue_line("markers", about)
    from pinlab.testing.options import SUITE

    suite = config.getoption(SUITE)
    if suite is not None:
        from pinlab.runner.catalogue_plugin import CataloguePlugin
        from pinlab.testing.collection import SuiteFront, suite_files

        config.pluginmanager.register(CataloguePlugin(SuiteFront(suite)))
        shipped = [str(path) for path in suite_files(suite)]
        config.args += [path for path in shipped if path not in config.args]  # in a worker they are there


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Files of scenarios lie beside tests as NAME.pinlab.toml, or in a folder that the ini file names."""
    if file_path.suffix != ".toml":
        return None
    from pinlab.testing.collection import ScenarioFile, is_scenario_file
    from pinlab.testing.options import SCENARIOS

    if not is_scenario_file(file_path, parent.config.getini(SCENARIOS)):
        return None
    made: pytest.Collector = ScenarioFile.from_parent(parent, path=file_path)
    return made


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that is marked with globs and takes `scenario` is called for each."""
    marker = metafunc.definition.get_closest_marker(MARKER)
    if marker is None or "scenario" not in metafunc.fixturenames:
        return
    from pinlab.core.errors import FileError
    from pinlab.testing.collection import load, played

    try:
        found = played(load(), marker.args, marker.kwargs.get("suite"))
    except FileError as error:
        raise pytest.UsageError(f"{metafunc.definition.nodeid}: {error}") from error
    metafunc.parametrize("scenario", found, ids=str)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever uses the lab is marked, so that it can be chosen or left out."""
    for item in items:
        if FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(MARKER)


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """A comparison with a verdict fails with the transcript."""
    from pinlab.testing.verdict import Judged

    verdict = left if isinstance(left, Judged) else right
    if not isinstance(verdict, Judged):
        return None
    return [f"{left} {op} {right}", *verdict.explanation().splitlines()]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that failed for another reason than a verdict shows what the wire saw too; never twice."""
    report = yield
    if report.when == "call" and report.failed:
        for judged in item.stash.get(JUDGED, []):
            last = judged.explanation().splitlines()[-1].strip()
            if last not in report.longreprtext:
                report.sections.append(("pinlab", judged.explanation()))
            crash = getattr(report.longrepr, "reprcrash", None)
            if crash is not None and last in crash.message:  # with CI set, the summary would repeat it all
                crash.message = crash.message.partition("\n")[0]
    return report


@pytest.fixture(scope="session")
def pinlab_client(pytestconfig: pytest.Config) -> Client | None:
    """The client of the whole suite; override it in conftest.py, or name one by option or ini key."""
    from pinlab.testing.options import client_of

    return client_of(pytestconfig)


@pytest.fixture(scope="session")
def pinlab_seed(pytestconfig: pytest.Config) -> int:
    """The seed of this test run."""
    from pinlab.testing.options import seed_of

    return seed_of(pytestconfig)


@pytest.fixture(scope="session")
def _pinlab_line(pytestconfig: pytest.Config, pinlab_seed: int) -> Iterator[Callable[[], Line]]:
    """The lab's process of this worker, started when it is first asked for."""
    from pinlab.testing.channel import Line
    from pinlab.testing.options import opening

    running: list[Line] = []

    def line() -> Line:
        if not running:
            running.append(Line(opening(pytestconfig, pinlab_seed), LONGEST_S))
        return running[0]

    yield line
    for entry in running:
        entry.close()


@pytest.fixture
def lab(
    request: pytest.FixtureRequest,
    _pinlab_line: Callable[[], Line],
    pinlab_seed: int,
    pinlab_client: Client | None,
) -> Lab:
    """Scenarios by name, for this test."""
    from pinlab.testing.lab import Lab, Place

    node: pytest.Item = request.node

    place = Place(
        file=node.path.name,
        name=node.name,
        again=f"pytest {getattr(node, 'repeat', None) or repr(node.nodeid)} --pinlab-seed {pinlab_seed}",
        client=pinlab_client,
        notify=node.stash.setdefault(JUDGED, []).append,
    )
    return Lab(_pinlab_line, place)


@pytest.fixture
def origin(lab: Lab) -> Scripted:
    """A server that shows what the test says: `origin.script(...)`."""
    from pinlab.testing.scripted import Scripted

    return Scripted(lab, "origin")


@pytest.fixture
def mitm(lab: Lab) -> Scripted:
    """An interceptor before an honest server, that attacks as the test says: `mitm.script(...)`."""
    from pinlab.testing.scripted import Scripted

    return Scripted(lab, "mitm")
