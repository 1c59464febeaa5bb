"""The wheel, installed where no checkout is: the command line and the pytest plugin work from any folder.

It carries the programs under test (PINLAB_PREBUILT), so nothing is compiled; it is made and installed without
the network.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from pinlab import __version__
from pinlab.core.paths import ROOT
from pinlab.runner.shared_cache import Store
from tests.support.pytest_project import CLIENT, Ended, example, project, run_suite

OUTSIDE = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nowhere", "LANG": "C.UTF-8"}
PIP = ("--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", "--no-cache-dir")


def must(*words: str | Path, **more: str) -> str:
    """Run a tool; its output, or the end of the test."""
    done = subprocess.run(
        [str(word) for word in words],
        capture_output=True,
        text=True,
        timeout=240,
        env={**os.environ, **more},
        cwd=ROOT,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(programs: Path, shared_folder: Path) -> Path:
    """The wheel with the programs that are built already, made once for all workers."""

    def make() -> dict[str, str]:
        folder = shared_folder / "wheels"
        command = (sys.executable, "-m", "pip", "wheel", *PIP, "--no-build-isolation", "-w", folder, ROOT)
        must(*command, PINLAB_PREBUILT=str(programs), PYTHONPATH="")
        (made,) = folder.glob("*.whl")
        return {"path": str(made)}

    return Path(Store(shared_folder).get("wheel", make)["path"])


@pytest.fixture(scope="module")
def python(wheel: Path, shared_folder: Path) -> Path:
    """The Python of a new environment with the wheel in it, made once for all workers."""
    return Path(
        Store(shared_folder).get("python", lambda: environment(wheel, shared_folder / "venv"))["path"]
    )


def environment(wheel: Path, folder: Path) -> dict[str, str]:
    """An environment with the wheel; other packages are lent by this one."""
    must(sys.executable, "-m", "venv", "--without-pip", folder)
    inside = folder / "bin" / "python"
    must(sys.executable, "-m", "pip", "--python", inside, "install", *PIP, wheel)
    (site,) = folder.glob("lib/python3.*/site-packages")
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return {"path": str(inside)}


def pinlab(python: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The installed command in a folder of the user's, in an environment that knows no checkout."""
    command = [str(python.with_name("pinlab")), *arguments]
    return subprocess.run(
        command, cwd=folder, env=OUTSIDE, capture_output=True, text=True, timeout=240, check=False
    )


def test_it_carries_programs_data_and_no_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    every = ("mint", "origin", "mitm", "client", "flawed")
    programs = {f"pinlab/carried/bin/pinlab-{name}" for name in every}
    data = {
        *("pinlab/carried/lab/catalogue/world.toml", "pinlab/carried/lab/schema/scenario.schema.json"),
        *(
            "pinlab/reports/page/report.html.j2",
            "pinlab_clients/curl.py",
        ),
    }
    assert programs | data <= names
    assert not [name for name in names if "/test_" in name or "__pycache__" in name]
    assert {name.split("/")[0] for name in names} == {
        "pinlab",
        "pinlab_clients",
        f"pinlab-{__version__}.dist-info",
    }
    assert wheel.name.endswith("-py3-none-linux_x86_64.whl") or "x86_64" not in os.uname().machine


def test_the_command_line_works_anywhere(python: Path, tmp_path: Path) -> None:
    folder = project(tmp_path, client__py=CLIENT)
    command = f"{python} client.py {{url}} {{ca_file}} {{pins_file}}"
    only = ("--only", "misissued/by_our_authority", "--seed", "1")
    reports = ("--html", "page.html", "--json", "results.json")
    good = pinlab(python, folder, "run", "--command", command, "--via", "address", *only, *reports)
    assert good.returncode == 0, good.stdout + good.stderr
    assert (folder / "page.html").stat().st_size > 5000
    bad = pinlab(python, folder, "run", "--command", f"{command} careless", "--via", "address", *only)
    assert bad.returncode == 1 and "BREACHED" in bad.stdout, bad.stdout + bad.stderr
    assert "again    pinlab run --only" in bad.stdout
    assert (folder / "build/evidence").is_dir()


def test_the_plugin_is_there_without_being_named(python: Path, tmp_path: Path) -> None:
    (scenarios,) = example("toml")
    tests = example("python")[1]
    folder = project(tmp_path, test_shop__py=tests, conftest__py=CONFTEST, our__pinlab__toml=scenarios)
    ended = run(python, folder)
    assert ended.status == 0 and ended.outcome("company_proxy[1.3]") == "passed", ended.output
    (folder / "conftest.py").write_text(CONFTEST.replace("visit.pins", "None"), encoding="utf-8")
    ended = run(python, folder)
    assert ended.status == 1 and ended.outcome("company_proxy[1.3]") == "failed", ended.output
    assert "canary_seen" in ended.text("company_proxy[1.3]")


def run(python: Path, folder: Path) -> Ended:
    """The project's suite by the installed plugin, with a module `adapters` of the user's own in the way."""
    (folder / "adapters.py").write_text("raise ImportError('not the lab\\'s')\n", encoding="utf-8")
    return run_suite(folder, "-p", "no:cacheprovider", python=str(python), bare=True)


CONFTEST = """
import pytest
from shop import fetch

@pytest.fixture(scope="session")
def pinlab_client():
    return lambda visit: fetch(visit.url, visit.ca_file, visit.pins)
"""
