"""`pinlab serve --upstream`: an app that no one here starts, in front of its own staging server."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.end_to_end.test_serve import outline, plain
from tests.end_to_end.test_upstream import EXIT_ONLY, GENUINE, ROGUE, SCRIPT, pin_of
from tests.support.cli import CLIENTS, pinlab, template
from tests.support.serve_process import Served, serving
from tests.support.staging_servers import Staging, staging
from tests.support.witnesses import HOST

pytestmark = pytest.mark.usefixtures("programs")


def options(folder: Path, server: Staging) -> list[str]:
    """The options of `pinlab serve` for a short script."""
    path = folder / "script.toml"
    path.write_text(SCRIPT, encoding="utf-8")
    return [*server.options, "--script", str(path), "--timeout", "5"]


def drive(folder: Path, lab: Served, server: Staging, pin: str) -> subprocess.CompletedProcess[str]:
    """Let the small app make a whole run."""
    order = json.dumps({"client": "command", "version": "python", "seed": 7})
    argv = [sys.executable, "-B", str(CLIENTS / "over_upstream.py"), lab.page, order, "serve.xml"]
    argv += [str(server.ca), pin.removeprefix("sha256/")]
    return subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False, cwd=folder)


def test_a_run_over_http_comes_to_the_same_as_pinlab_run(tmp_path: Path) -> None:
    with staging(tmp_path) as server:
        pin, asked = pin_of(server, "active"), options(tmp_path, server)
        client = template("honest", EXIT_ONLY.replace("@CA@", str(server.ca)).replace("@PIN@", pin[7:]))
        words = ["--command", client, "--via", "address", "--seed", "7"]
        seen = pinlab(tmp_path, "run", *asked, *words, "--junit", str(tmp_path / "run.xml"))
        with serving(tmp_path, *asked) as lab:
            done = drive(tmp_path, lab, server, pin)
            document = lab.get("/v1/results").json
            page = lab.get("/").text
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert done.stdout.split() == ["SERVED", "HELD", "HELD"] == list(seen.verdicts.values())
    assert [plain(entry) for entry in document["results"]] == [
        plain(entry) for entry in seen.document["results"]
    ]
    assert outline(tmp_path / "serve.xml") == outline(tmp_path / "run.xml")
    assert ROGUE in page and "Traceback" not in page


def test_an_app_without_pins_holds_by_pki_alone_where_the_labs_ca_is_unknown(tmp_path: Path) -> None:
    with staging(tmp_path) as server, serving(tmp_path, *options(tmp_path, server)) as lab:
        done = drive(tmp_path, lab, server, "-")
        text = lab.get("/v1/results").text + lab.get("/report").text
    assert (done.stdout.split(), done.returncode) == (["SERVED", "HELD", "HELD"], 0), done.stderr
    assert "chain_untrusted" in text and "token=7" not in text


def visit(task: dict[str, Any], anchors: str) -> bool:
    """What an app without pins does."""
    context = ssl.create_default_context(cadata=anchors)
    try:
        with (
            socket.create_connection((task["address"], task["port"]), timeout=10) as plain_socket,
            context.wrap_socket(plain_socket, server_hostname=HOST) as tls,
        ):
            tls.sendall(b"GET /orders?token=7 HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n")
            return b"200 OK" in tls.recv(4096)
    except OSError:
        return False


def step(lab: Served, anchors: str, **output: str) -> dict[str, Any]:
    """One task done by that app; the verdict."""
    task = lab.get("/v1/next").json
    claim = "accept" if visit(task, anchors) else "reject"
    assert lab.post("/v1/outcome", {"claim": claim, **output}).status == 202
    verdict: dict[str, Any] = lab.get("/v1/verdict").json
    return {**verdict, "port": task["port"]}


def test_with_the_labs_ca_installed_only_a_pin_could_have_helped(tmp_path: Path) -> None:
    secret = ["--canary", "path:/orders?token=*", "--ca-installed"]
    with staging(tmp_path) as server, serving(tmp_path, *options(tmp_path, server), *secret) as lab:
        ca_pem = lab.begin()["ca_pem"]
        genuine, rogue = step(lab, ca_pem), step(lab, ca_pem)
        results, events = lab.get("/v1/results").text, lab.get("/report").text
    assert (genuine["verdict"], rogue["verdict"]) == ("SERVED", "BREACHED")
    assert rogue["expected"] == "HELD" and "the canary among them" in rogue["cause"]
    assert genuine["port"] == rogue["port"], "an app is configured once"
    assert "token=7" not in results + events


def test_a_server_that_changes_its_key_in_the_middle_is_named(tmp_path: Path) -> None:
    with staging(tmp_path) as server, serving(tmp_path, *options(tmp_path, server)) as lab:
        anchors = server.ca.read_text(encoding="ascii")
        lab.begin()
        assert step(lab, anchors)["verdict"] == "SERVED"
        server.rotate("renewed")
        assert step(lab, anchors)["verdict"] == "HELD", "a new certificate for the same key changes nothing"
        server.rotate("next")
        changed = step(lab, anchors)
        lab.close_run()
        lab.begin(GENUINE)
        again = step(lab, anchors)
    assert changed["verdict"] == "INCONCLUSIVE"
    assert "the upstream has changed its chain since the run began (leaf sha256/" in changed["cause"]
    assert again["verdict"] == "SERVED", "another run begins with what is shown now"


def test_a_server_that_dies_in_the_middle_is_named(tmp_path: Path) -> None:
    with staging(tmp_path) as server, serving(tmp_path, *options(tmp_path, server)) as lab:
        anchors = server.ca.read_text(encoding="ascii")
        lab.begin()
        assert step(lab, anchors)["verdict"] == "SERVED"
        server.close()
        dead = step(lab, anchors)
        lab.close_run()
        note = lab.begin()["note"]
        lab.close_run()
        assert step_is_over(lab)
    assert dead["verdict"] == "INCONCLUSIVE" and "cannot be reached: Connection refused" in dead["cause"]
    assert "cannot be reached: Connection refused; is it running?" in note


def step_is_over(lab: Served) -> bool:
    """Nothing is open any more."""
    return lab.get("/v1/next").status == 409


def test_the_labs_ca_stays_where_a_world_stays(tmp_path: Path) -> None:
    world = tmp_path / "mine"
    assert pinlab(tmp_path, "world", "create", str(world)).status == 0
    with staging(tmp_path) as server:
        with serving(tmp_path, *options(tmp_path, server), "--world", str(world)) as lab:
            first = lab.begin()["ca_pem"]
            lab.close_run()
            second = lab.begin()["ca_pem"]
            assert lab.post("/v1/finish", {}).status == 200
            refused = lab.post("/v1/runs", {"suite": "smoke"})
    assert first == second and Path(world, "authorities/rogue.pem").read_text("ascii").strip() in first
    assert refused.status == 400 and refused.json["field"] == "suite"
