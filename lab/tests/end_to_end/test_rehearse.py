"""`pinlab rehearse` as a user runs it: real connections, the page, and options that do not go together."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from pinlab.clients.hosts_file import available
from pinlab.pki.lasting_world import open_world
from tests.support.cli import CLIENTS, Ended, pinlab, template
from tests.support.rotation_plans import PLANS


def output(ended: Ended) -> str:
    """The output without its line breaks."""
    return " ".join(ended.out.split())


def test_a_full_rehearsal_writes_json_and_page(tmp_path: Path) -> None:
    report, page = tmp_path / "out.json", tmp_path / "out.html"
    ended = pinlab(
        tmp_path, "rehearse", str(PLANS["S04"]), "--full", "--json", str(report), "--html", str(page)
    )
    assert ended.status == 1
    assert "8 real connections, 4 cells measured, 0 not as predicted, 0 NOT_REHEARSED" in output(ended)
    assert "8/8 connections" in ended.err, "progress is on stderr"
    made = json.loads(report.read_text(encoding="utf-8"))
    assert made["cells"] == {"predicted": 4, "measured": 4, "differing": 0, "not_rehearsed": 0}
    assert {entry["measured"] for entry in made["rehearsal"]["cells"]} == {"A", "P"}
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_client_of_the_users(tmp_path: Path) -> None:
    command = template("honest")
    ended = pinlab(tmp_path, "rehearse", str(PLANS["S02"]), "--full", "--command", command)
    assert "6 cells measured, 0 not as predicted" in output(ended)
    assert ended.status == 0, ended.out


def test_a_control_explains_a_refusal_without_a_reason(tmp_path: Path) -> None:
    command = "curl -s -f -m 8 --resolve {host}:{port}:{address} --cacert {ca_file} {url}"
    pinned = command.replace("--cacert", "--pinnedpubkey {pins_curl} --cacert")
    for name, expected in (("S04", {"A", "P"}), ("S08", {"A", "X"})):
        report = tmp_path / f"{name}.json"
        pinlab(tmp_path, "rehearse", str(PLANS[name]), "--full", "--command", pinned, "--json", str(report))
        made = json.loads(report.read_text(encoding="utf-8"))
        assert {entry["measured"] for entry in made["rehearsal"]["cells"]} == expected
        assert made["cells"]["differing"] == 0
    ended = pinlab(tmp_path, "rehearse", str(PLANS["S04"]), "--full", "--command", command)
    assert "ROT091" in ended.out


def test_pins_that_are_compiled_in(tmp_path: Path) -> None:
    """The keys of a lasting world go to a plan that calls them the same."""
    assert pinlab(tmp_path, "world", "create", "here").status == 0
    world = open_world(tmp_path / "here")
    source = (CLIENTS / "compiled_in.py").read_text(encoding="utf-8")
    built = source.replace("@ACTIVE@", world.pin("active")).replace("@BACKUP@", world.pin("active"))
    (tmp_path / "app.py").write_text(built, encoding="utf-8")
    text = PLANS["S04"].read_text(encoding="utf-8")
    for old, new in (
        ('"K1"', '"active"'),
        ("keys.K1", "keys.active"),
        ('"R1"', '"root"'),
        ("s.R1", "s.root"),
    ):
        text = text.replace(old, new)
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    words = ("--full", "--world", "here", "--command", f'"{sys.executable}" app.py {{url}} {{ca_file}}')
    ended = pinlab(tmp_path, "rehearse", "plan.toml", *words, "--json", "out.json", CONNECT_TO="127.0.0.1")
    cells = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["rehearsal"]["cells"]
    got = {(cell["app"], cell["certificate"]): cell["measured"] for cell in cells}
    if available():
        assert got["1.0", "c1"] == "A"
        assert got["1.0", "c2"] == "P"
        assert got["1.1", "c2"] == "P", "the one program plays both releases, and it knows one key"
        assert "ROT090" in ended.out


def test_what_could_not_be_rehearsed_is_status_3_or_worse(tmp_path: Path) -> None:
    ended = pinlab(tmp_path, "rehearse", str(PLANS["S28"]), "--full")
    assert "NOT_REHEARSED" in ended.out
    assert ended.status in (1, 3)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--model", "--full"), "exclude each other"),
        (("--client", "reference"), "belong to --full"),
        (("--full", "--client", "nobody"), "no client is called 'nobody'"),
        (("--full", "--client", "reference", "--command", "x"), "exclude each other"),
        (("--full", "--world", "nowhere"), "is not a world of the lab"),
    ],
)
def test_options_that_cannot_be(tmp_path: Path, options: tuple[str, ...], word: str) -> None:
    ended = pinlab(tmp_path, "rehearse", str(PLANS["S04"]), *options)
    assert ended.status == 2
    assert word in ended.err
