"""`pinlab serve` gives what `pinlab run` gives, anyone who starts the client, and leaves nothing behind."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from pinlab.catalogue.loader import load_catalogue
from pinlab.core.errors import UsageError
from pinlab.core.paths import ROOT
from pinlab.pki.mint import mint_world
from pinlab.runner.briefs import origin_brief
from pinlab.runner.cases import cases
from pinlab.runner.start_testbed import EXIT_CANNOT_LISTEN
from pinlab.serve.options import ServeOptions
from pinlab.witnesses.witness import Witness, WitnessError
from tests.support.cli import CLIENTS, pinlab, template
from tests.support.serve_process import gone, serving
from tests.support.third_party import junit_complaints

pytestmark = pytest.mark.usefixtures("programs")

ONLY = (
    "valid/leaf",
    "valid/intermediate_pinned",  # the small client looks at the leaf only: it locks its users out
    "smuggled_pin/leaf_appended",
    "rotation/two_certificates_one_pinned",  # two visits
    "session/*",  # not for a client that makes one visit
)
TIMEOUT = "2"
AT_WORK = 3  # an origin and an interceptor that wait for the client, and who clears up after a kill
OWN = ("duration_ms", "cpu_ms", "evidence")
"""What differs from run to run."""


def test_a_run_over_http_comes_to_the_same_as_pinlab_run(tmp_path: Path) -> None:
    chosen = [word for name in ONLY for word in ("--only", name)]
    words = ["--command", template("honest"), "--via", "address", "-n", "0", "--seed", "7", *chosen]
    seen = pinlab(tmp_path, "run", *words, "--timeout", TIMEOUT, "--junit", str(tmp_path / "run.xml"))
    order = json.dumps({"only": ONLY, "client": "command", "version": "python", "seed": 7})
    with serving(tmp_path, "--timeout", TIMEOUT) as server:
        argv = [sys.executable, "-B", str(CLIENTS / "over_http.py"), server.page, order, "serve.xml"]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path)
        document = server.get("/v1/results").json
    assert (done.returncode, done.stderr) == (seen.status, ""), done.stderr
    assert set(seen.verdicts.values()) >= {"SERVED", "HELD", "LOCKED_OUT", "UNSUPPORTED"}
    assert [plain(entry) for entry in document["results"]] == [
        plain(entry) for entry in seen.document["results"]
    ]
    assert document["summary"] == seen.document["summary"]
    assert outline(tmp_path / "serve.xml") == outline(tmp_path / "run.xml")
    assert junit_complaints(tmp_path / "serve.xml") + junit_complaints(tmp_path / "run.xml") == ""
    text = done.stdout.splitlines()
    assert text[0].startswith("1 of ") and len(set(text)) == len(text), "each scenario and control once"
    assert any(":repinned SERVED" in line for line in text)


def plain(result: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in result.items() if name not in OWN}


def outline(path: Path) -> list[object]:
    """Of a JUnit report all but times, the run's own properties and the transcripts."""
    root = ElementTree.parse(path).getroot()
    suites: list[object] = [{**root.attrib, "time": ""}]
    for suite in root.iter("testsuite"):
        cases = [
            (case.get("classname"), case.get("name"), [(child.tag, child.attrib) for child in case])
            for case in suite.iter("testcase")
        ]
        suites.append(({**suite.attrib, "time": "", "timestamp": ""}, cases))
    return suites


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_in_the_middle_of_a_run(tmp_path: Path, signum: int) -> None:
    with serving(tmp_path) as server:
        server.begin("valid/relayed")
        children = server.children()
        assert len(children) == AT_WORK
        status, out, err = server.end(signum)
    assert (status, err) == (0, "") and out.endswith("pinlab serve: ended\n")
    assert gone(children) and not list(tmp_path.glob("pinlab-run-*"))


def test_not_even_a_killed_server_leaves_a_child(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        server.begin("valid/relayed")
        children = server.children()
        assert len(children) == AT_WORK
        server.end(signal.SIGKILL)
    assert gone(children) and not list(tmp_path.glob("pinlab-run-*"))


def test_a_client_that_never_comes_is_given_up(tmp_path: Path) -> None:
    with serving(tmp_path, "--patience", "0.2") as server:
        first = server.begin("valid/leaf")
        assert first["of"] == 2
        while server.get("/v1/next").status == 200:
            pass
        assert server.post("/v1/outcome", {"claim": "accept"}).status == 409
        results = server.get("/v1/results").json["results"]
        end = server.post("/v1/finish", {}).json
    assert [result["verdict"] for result in results] == ["INCONCLUSIVE"] * 2 and "hung" in results[0]["cause"]
    assert (end["exit_status"], end["complete"]) == (3, True)


def test_pins_that_are_compiled_in_are_served_from_their_world(tmp_path: Path) -> None:
    made = pinlab(tmp_path, "world", "create", "here")
    with serving(tmp_path, "--world", "here") as server:
        begun = server.begin("valid/leaf", "valid/intermediate_pinned")
        assert begun["pins"] and all(pin in made.out for pin in begun["pins"])
        end = server.post("/v1/finish", {}).json
    assert (end["complete"], end["exit_status"]) == (False, 130)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--listen", "0.0.0.0"), "--listen"),
        (("--listen", "localhost"), "--listen"),
        (("--listen", "::1"), "--listen"),
        (("--listen", "192.0.2.1"), "cannot listen"),
        (("--port", "70000"), "--port"),
        (("--patience", "0"), "--patience"),
        (("--timeout", "0"), "--timeout"),
        (("--world", "missing"), "world"),
    ],
)
def test_an_impossible_option_is_refused_before_anything_runs(
    tmp_path: Path, arguments: tuple[str, ...], word: str
) -> None:
    seen = pinlab(tmp_path, "serve", *arguments)
    assert (seen.status, seen.out) == (2, "") and word in seen.err


def test_an_address_beyond_loopback_must_be_named() -> None:
    ServeOptions(listen="192.0.2.1").check()
    with pytest.raises(UsageError, match="the one address"):
        ServeOptions(listen="0.0.0.0").check()


def test_lab_and_witnesses_listen_on_the_given_address(tmp_path: Path) -> None:
    with serving(tmp_path, listen="127.0.0.3") as server:
        for scenario in ("valid/leaf", "spoofed_address/rogue_ca"):
            assert server.begin(scenario)["address"] == "127.0.0.3"
            server.close_run()


def test_a_witness_listens_beyond_loopback_only_by_an_option(tmp_path: Path, programs: Path) -> None:
    catalogue = load_catalogue()
    case = cases([catalogue.scenario("valid/leaf")], catalogue.cast, via="address", client="x")[0]
    world = mint_world(case.cast, now=0, folder=tmp_path)
    brief = origin_brief(case, world, ["0123456789abcdef"], 1000, "192.0.2.1")
    with pytest.raises(WitnessError) as caught:
        Witness(programs / "pinlab-origin", brief, who="origin", patience_s=10, tape=[])
    assert caught.value.exit_code == EXIT_CANNOT_LISTEN, "understood, but no address of this machine"


def test_the_page_about_it_names_every_key_of_a_task(tmp_path: Path) -> None:
    text = (ROOT / "lab/docs/serve.md").read_text(encoding="utf-8").partition("## The scenario to do now")[2]
    rows = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    facts = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    with serving(tmp_path) as server:
        server.begin("valid/leaf")
        assert set(server.get("/v1/next").json) == facts
