"""What users copy: the CI recipes' own command is run, their other lines are held to the tree."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import defusedxml.ElementTree as XML
import pytest
from pinlab.core.paths import ROOT
from tests.support.pytest_project import project

RECIPES = ROOT / "lab/docs/recipes"
YAML = ("github-actions.yml", "gitlab-ci.yml")
SHORT = "--only misissued/by_our_authority --via address --seed 1"
"""Added to the recipes' command, so that a test need not run a whole suite."""
APP = """\
import argparse, socket, sys
from unittest import mock
sys.path.append(".")
from shop import fetch
options = argparse.ArgumentParser()
for name in ("url", "ca", "pins"):
    options.add_argument("--" + name)
asked = options.parse_args()
genuine = socket.create_connection
at_home = lambda address, *rest, **more: genuine(("127.0.0.1", address[1]), *rest, **more)
with mock.patch("socket.create_connection", at_home):
    fetch(asked.url, asked.ca, open(asked.pins).read().split())
"""
PYTHON = shlex.quote(sys.executable)
START = f'#!/bin/sh\nexec {PYTHON} -I "$(dirname "$0")/my-app.py" "$@"\n'
PINLAB = f'#!/bin/sh\nexec {PYTHON} -P -m pinlab "$@"\n'


def command_of(recipe: str) -> str:
    """The line that tests the app."""
    (line,) = re.findall(r"^ *(ci/run-pinlab\.sh '.*)$", (RECIPES / recipe).read_text(), re.MULTILINE)
    return str(line)


@pytest.fixture
def folder(programs: Path, tmp_path: Path) -> Path:
    """A project that has followed the page."""
    made = project(tmp_path)
    (made / "ci").mkdir()
    shutil.copy(RECIPES / "run-pinlab.sh", made / "ci")
    for name, text in (("my-app", START), ("my-app.py", APP), ("pinlab", PINLAB)):
        (made / name).write_text(text, encoding="utf-8")
        (made / name).chmod(0o755)
    return made


def job(folder: Path, command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """One job of a CI service."""
    environment = {**os.environ, "PINLAB": str(folder / "pinlab"), **more}
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_both_recipes_run_the_same_command_and_it_works(folder: Path) -> None:
    command = command_of(YAML[0])
    assert command == command_of(YAML[1])
    app, reports = folder / "my-app.py", folder / "pinlab-reports"
    summary = folder / "summary"
    good = job(folder, f"{command} {SHORT}", GITHUB_STEP_SUMMARY=str(summary))
    assert good.returncode == 0, good.stdout + good.stderr
    assert {path.name for path in reports.iterdir()} == {
        *("junit.xml", "summary.md", "results.json", "page.html")
    }
    assert summary.read_text(encoding="utf-8") == (reports / "summary.md").read_text(encoding="utf-8")
    app.write_text(APP.replace("open(asked.pins).read().split()", "None"), encoding="utf-8")
    bad = job(folder, f"{command} {SHORT}", GITHUB_STEP_SUMMARY=str(summary))
    assert bad.returncode == 1 and "BREACHED" in bad.stdout
    assert "BREACHED" in summary.read_text(encoding="utf-8"), "a job that failed needs its summary most"
    verdicts = [load["verdict"] for load in json.loads((reports / "results.json").read_text())["results"]]
    assert set(verdicts) == {"BREACHED"}
    shutil.copy(reports / "results.json", folder / "pinlab-baseline.json")
    assert job(folder, f"{command} {SHORT}").returncode == 0, "nothing has got worse"


def test_a_command_that_is_missing_or_wrong_is_an_error_of_usage(folder: Path) -> None:
    missing = job(folder, "ci/run-pinlab.sh")
    assert missing.returncode == 2 and "say how your app is started" in missing.stderr
    (folder / "pinlab-reports").mkdir()
    (folder / "pinlab-reports/summary.md").write_text("of another run", encoding="utf-8")
    summary = folder / "summary"
    wrong = job(folder, "ci/run-pinlab.sh './my-app {urk}'", GITHUB_STEP_SUMMARY=str(summary))
    assert wrong.returncode == 2 and not summary.exists()


def packages(text: str) -> set[str]:
    """What a recipe installs by apt-get."""
    lines = re.findall(r"apt-get install ([^&\n]*)", text.replace("\\\n", " "))
    return {word for line in lines for word in line.split() if re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", word)}


@pytest.mark.parametrize("name", [*YAML, "Containerfile"])
def test_recipes_install_what_the_project_names(name: str) -> None:
    listed = (ROOT / "ci/packages.txt").read_text(encoding="utf-8")
    names = [re.findall(r"[a-z0-9.+-]+", line.partition("#")[0]) for line in listed.splitlines()]
    known = {word for line in names for word in line}
    found = packages((RECIPES / name).read_text(encoding="utf-8"))
    assert {"cmake", "ninja-build", "libssl-dev", "libgtest-dev", "python3-venv"} <= found
    assert found - known <= {"ca-certificates", "git"}


def test_the_image_copies_what_is_there_and_runs_without_privileges() -> None:
    text = (RECIPES / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    copied = [words.split()[:-1] for words in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE)]
    assert copied and not [name for names in copied for name in names if not (ROOT / name).exists()]
    users = re.findall(r"^USER (.*)$", text, re.MULTILINE)
    assert (
        users and users[-1] not in ("root", "0") and f"useradd --create-home --uid 10001 {users[-1]}" in text
    )
    assert text.index("USER") > text.rindex("RUN"), "what is installed belongs to root"


@pytest.mark.parametrize("name", YAML)
def test_the_yaml_is_plain(name: str) -> None:
    """No parser is at hand; this much holds of every such file."""
    lines = (RECIPES / name).read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if "\t" in line or line != line.rstrip()]
    assert not [line for line in lines if (len(line) - len(line.lstrip())) % 2]


def test_the_fragments_for_phones_are_well_formed() -> None:
    text = (ROOT / "lab/docs/mobile.md").read_text(encoding="utf-8")
    android, apple = re.findall(r"```xml\n(.*?)```", text, re.DOTALL)
    anchors = XML.fromstring(android).findall(".//trust-anchors/certificates")
    assert anchors and all(anchor.get("overridePins") == "false" for anchor in anchors)
    assert XML.fromstring(f"<plist>{apple}</plist>").findtext(".//array/dict/key") == "SPKI-SHA256-BASE64"
    assert text.count("ntested") >= 4, "nothing of it was run on a device"
