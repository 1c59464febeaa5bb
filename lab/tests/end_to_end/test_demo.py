"""The demonstration tells what happened: real connections, and no transcript against the evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from pinlab.core.enums import ExitStatus, Verdict
from pinlab.demo import script
from pinlab.demo.html import document
from pinlab.demo.options import DemoOptions
from pinlab.demo.play import PlayedDemonstration
from pinlab.demo.run import run_demo
from pinlab.demo.script import CHAPTERS, Chapter, Demonstration
from pinlab.demo.sentences import DemoContext, Sentence, sentences_of
from pinlab.evidence.model import ClientRun, Observation, ObservedVisit, Outcome
from tests.support.cli import pinlab
from tests.unit.reports.test_html import Outline

Capture = pytest.CaptureFixture[str]
HOSTILE = "<script>alert(1)</script>\x1b[2J"


@pytest.mark.usefixtures("programs")
def test_the_demonstration_is_played_and_kept(tmp_path: Path) -> None:
    seen = pinlab(tmp_path, "demo", "--seed", "7", "--html", str(tmp_path / "demo.html"))
    assert seen.status == 0, seen.out + seen.err
    assert all(chapter.title in seen.out for chapter in CHAPTERS)
    assert re.findall(r"^  (HELD|SERVED|BREACHED|LOCKED_OUT)  ", seen.out, re.MULTILINE) == [
        str(demonstration.ends) for chapter in CHAPTERS for demonstration in chapter.demonstrations
    ]
    assert "attacker  reads the app's secret: " in seen.out and "'pwned! " in seen.out
    page = (tmp_path / "demo.html").read_text(encoding="utf-8")
    assert Outline(page).open == [] and "src=" not in page and "href=" not in page
    secret = re.search(r"attacker\s+reads the app's secret: ([0-9a-f]{32})", seen.out)
    assert secret and secret[1] in page, "the page keeps the traffic of this very run"


@pytest.mark.usefixtures("programs")
def test_what_did_not_happen_is_not_shown(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    wrong = Demonstration(script.PINNED, "valid/leaf", Verdict.HELD)
    monkeypatch.setattr("pinlab.demo.play.CHAPTERS", (Chapter("A title", "Words.", (wrong,), "A moral."),))
    assert run_demo(DemoOptions()) == ExitStatus.NOT_AS_EXPECTED
    assert "This had to be HELD" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [("--step",), ("--html", "/nonexistent/folder/x.html")])
def test_an_impossible_option_is_refused_before_anything_runs(
    tmp_path: Path, arguments: Sequence[str]
) -> None:
    seen = pinlab(tmp_path, "demo", *arguments)
    assert seen.status == 2 and seen.out == "" and seen.err.startswith("pinlab: ")


def visit(*observations: Observation) -> ObservedVisit:
    return ObservedVisit("HELD", ClientRun(Outcome("reject")), observations)


def seen(what: str, who: str = "mitm", **facts: object) -> Observation:
    return Observation(1, who, 1, what, facts)


ATTACKED = DemoContext(impostor=True, pinned=("sha256/abc",), secrets=("s3cret",))


def texts(*observations: Observation, cast: DemoContext = ATTACKED) -> list[Sentence]:
    return list(sentences_of([visit(*observations)], cast))


def test_who_reads_the_secret_decides_whether_it_is_bad() -> None:
    fact = seen("canary_seen", canary=0)
    assert texts(fact)[0] == Sentence("attacker", "reads the app's secret: s3cret", "bad")
    served = replace(ATTACKED, impostor=False)
    assert texts(replace(fact, who="origin"), cast=served)[0] == Sentence(
        "shop", "reads the app's secret: s3cret", "good"
    )


def test_the_app_did_not_meet_the_origin_behind_an_attacker() -> None:
    both = [seen("handshake_done", "origin", version="1.3"), seen("alert", direction="received", name="bad")]
    assert [text.text for text in texts(*both)][:1] == ["breaks off the handshake: bad"]


@pytest.mark.parametrize(
    ("pin", "number", "says"),
    [
        ("sha256/abc", 0, "(pinned)"),
        ("sha256/x", 0, "(not pinned)"),
        ("sha256/abc", 1, "(pinned)"),
        ("sha256/x", 1, ""),
    ],
)
def test_pins_are_shown_where_they_matter(pin: str, number: int, says: str) -> None:
    chain = [{"subject": "CN=first", "pin": "sha256/y"}] * number + [{"subject": "CN=a\\, b", "pin": pin}]
    text = texts(seen("presented", chain=chain))[number].text
    assert text.endswith(says or f"key {pin}") and "a, b" in text


def test_nothing_hostile_reaches_terminal_or_page() -> None:
    stated_by = texts(
        seen("client_hello", sni=HOSTILE), seen("presented", chain=[{"subject": HOSTILE, "pin": "p"}])
    )
    assert all("\x1b" not in sentence.text for sentence in stated_by)
    demonstration = Demonstration(script.PINNED, "valid/leaf", Verdict.HELD)
    played = PlayedDemonstration(demonstration, tuple(stated_by), "HELD", HOSTILE, ())
    page = document([(CHAPTERS[0], [played])], seed=1, started="2026-11-24")
    assert Outline(page).all("script") == []


def test_every_client_has_a_name() -> None:
    assert {demonstration.client for chapter in CHAPTERS for demonstration in chapter.demonstrations} <= set(
        script.NAMES
    )
