"""A project of someone else: files in a folder, pytest started in it, how each of its tests ended."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import defusedxml.ElementTree as XML
from pinlab.core.paths import ROOT

PAGE = ROOT / "lab/docs/pytest.md"
PLUGIN = ("-p", "no:cacheprovider")
CARELESS = "\n\ndef careless(visit):\n    fetch(visit.url, visit.ca_file, None)\n"

# The page's client as a command. It finds the host on this machine by itself: not every machine lets the lab
# give it a hosts file of its own. `careless` after the three words: without pins.
CLIENT = """
import socket, sys
from unittest import mock
sys.path.append(".")
from shop import fetch
url, ca_file, pins_file, *careless = sys.argv[1:]
genuine = socket.create_connection
at_home = lambda address, *rest, **more: genuine(("127.0.0.1", address[1]), *rest, **more)
with mock.patch("socket.create_connection", at_home):
    fetch(url, ca_file, None if careless else open(pins_file).read().split())
"""


@dataclass(frozen=True)
class Ended:
    """A test run: its exit status, its output, and the end of each test with its text."""

    status: int
    output: str
    tests: dict[str, tuple[str, str]]

    def outcome(self, name: str) -> str:
        """passed, failed, error or skipped."""
        return self.tests[name][0]

    def text(self, name: str) -> str:
        """What its report says."""
        return self.tests[name][1]


def example(language: str) -> list[str]:
    """The blocks of one language of the page."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def project(folder: Path, **files: str) -> Path:
    """The page's client in `folder`, and `files` by name, `__` for a dot."""
    for name, text in {"shop__py": example("python")[0], **files}.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def run_suite(
    folder: Path,
    *arguments: str,
    python: str = sys.executable,
    bare: bool = False,
    in_ci: bool = False,
    timeout_s: float = 240,
) -> Ended:
    """pytest in a project; `bare`: as someone has it who only installed the wheel.

    pytest says more where CI or BUILD_NUMBER is set; `in_ci` decides, not the place where our own tests run.
    """
    ours = ("PYTHONPATH", "PINLAB_BIN", "PINLAB_ROOT", "PINLAB_EVIDENCE") if bare else ()
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in (*ours, "CI", "BUILD_NUMBER") and not name.startswith("PYTEST_")
    }
    if in_ci:
        environment["CI"] = "true"
    report = folder / "report.xml"
    done = subprocess.run(
        [python, "-m", "pytest", "-q", "-W", "error", f"--junitxml={report}", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    return Ended(done.returncode, done.stdout + done.stderr, _tests(report) if report.exists() else {})


def _tests(report: Path) -> dict[str, tuple[str, str]]:
    found = {}
    for case in XML.parse(report).iter("testcase"):
        word, text = "passed", ""
        for child in case:
            if child.tag in ("failure", "error", "skipped"):
                word = {"failure": "failed"}.get(child.tag, child.tag)
                text = f"{child.get('message')}\n{child.text}"
            elif child.tag == "system-out":
                text += child.text or ""
        found[str(case.get("name"))] = (word, text)
    return found
