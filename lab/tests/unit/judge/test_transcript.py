"""The transcript: what it shows, that it is aligned, and that neither secrets nor hostile bytes get through.

On invented evidence; no process is started.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pinlab.core.text import printable, shorten
from pinlab.evidence.model import ClientRun, Evidence, Observation, Outcome
from pinlab.judge.judge import judge
from pinlab.judge.transcript import Subject, render
from tests.support.evidence_factory import (
    CANARY,
    CONTROLS,
    alert,
    canary,
    closed,
    conn,
    done,
    evidence,
    forged,
    hello,
    refusal,
    run,
)

SUBJECT = Subject(
    scenario="rogue_ca/in_trust_store",
    client="openssl_cli",
    why="the chain is trusted; only the pin can tell",
    pinned=("sha256/h4Pqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq=",),
    secrets=(CANARY,),
    again="./pinlab run --client openssl_cli --only rogue_ca/in_trust_store --keep",
    world="build/evidence/rogue_ca.in_trust_store.openssl_cli",
)
REQUEST = {"what": "request", "method": "GET", "target": f"/pinlab/{CANARY}", "bytes": 120}
TAKEN = forged(1, done(), canary(), REQUEST, closed(120))


def transcript(found: Evidence, subject: Subject = SUBJECT) -> str:
    return render(subject, found, judge(refusal(), found, CONTROLS))


def test_a_breach_reads_from_top_to_bottom() -> None:
    lines = transcript(evidence(TAKEN, run("accept"))).splitlines()
    assert lines[0] == (
        "rogue_ca/in_trust_store [openssl_cli, TLS 1.3, address]   BREACHED, expected HELD (pin_mismatch)"
    )
    assert lines[1] == "  why      the chain is trusted; only the pin can tell"
    assert lines[2].startswith(
        "  cause    120 application bytes were decrypted on mitm connection 1 (rogue_ca)"
    )
    assert lines[3:] == [
        "  mitm     >> client_hello      #1 sni=shop.test",
        "  mitm     -- decided           #1 impersonate (rogue_ca, step 0)",
        "  mitm     << presented         #1 shop.test  sha256/AAAAAA…  (rogue_ca)  pinned: sha256/h4Pqqq…",
        "  mitm     >> handshake_done    #1 TLS 1.3",
        "  mitm     >> canary_seen       #1 in tls, plain",
        "  mitm     >> request           #1 GET /pinlab/7f3a9c…, 120 bytes",
        "  mitm     >> closed            #1 eof, 120 application bytes",
        "  client   == accept",
        "  control  == SERVED            valid/leaf",
        "  control  == SERVED            rogue_ca/in_store (repinned)",
        "  again    ./pinlab run --client openssl_cli --only rogue_ca/in_trust_store --keep",
        "  world    build/evidence/rogue_ca.in_trust_store.openssl_cli",
    ]


def test_a_pass_says_so() -> None:
    text = transcript(
        evidence(forged(1, alert("bad_certificate", 42), closed()), run("reject", "pin_mismatch"))
    )
    assert "HELD, as expected (pin_mismatch)" in text
    assert "  mitm     >> alert             #1 bad_certificate (42)" in text
    assert "  client   == reject            pin_mismatch" in text


@pytest.mark.parametrize(
    ("client", "line"),
    [
        (run(None, signal=11, stderr_tail="a\nSegmentation fault"), "client   == signal 11"),
        (run(None, timed_out=True, duration_ms=10000), "client   == hung 10000 ms"),
        (run(None, started=False), "client   == never started"),
        (run(None, exit_code=7), "client   == no claim, exit 7"),
        (run("reject", sanitizer="ERROR: AddressSanitizer"), "client   == sanitizer"),
    ],
)
def test_bad_ends(client: ClientRun, line: str) -> None:
    assert line in transcript(evidence(forged(), client))


def test_the_last_stderr_lines_are_shown() -> None:
    text = transcript(evidence(forged(), run(None, signal=11, stderr_tail="a\nSegmentation fault\x1b[2J")))
    assert "  stderr   Segmentation fault\\x1b[2J" in text


def test_visits_faults_and_silence_are_shown() -> None:
    found = Evidence(evidence().visits * 2, False, ("pinlab-mitm died",))
    text = transcript(found)
    assert "visit    2 of 2" in text
    assert "no witness saw the client" in text
    assert "lab      !! fault             pinlab-mitm died" in text
    assert "!! unsealed" in text


def test_a_flood_is_counted() -> None:
    text = transcript(evidence(forged(1, *[canary()] * 500), run("accept")))
    assert "443 observations are not shown here" in text
    assert len(text.splitlines()) < 80


def test_only_an_accept_without_a_hello_is_shown() -> None:
    text = transcript(evidence([*conn("mitm", 1, {"what": "accepted", "peer": "127.0.0.1:9"}), *forged(2)]))
    assert "#1 from 127.0.0.1:9" in text
    assert text.count(">> accepted") == 1


def test_an_unknown_fact_is_shown_as_it_is() -> None:
    text = transcript(evidence([Observation(1, "mitm", 3, "hiccup", {"t_us": 5, "why": "x"})]))
    assert "  mitm     >> hiccup            #3 why=x" in text


def test_pins_beside_what_was_presented() -> None:
    found = evidence(forged())
    assert "the client has no pins" in transcript(found, replace(SUBJECT, pinned=None))
    assert "pinned: an empty set" in transcript(found, replace(SUBJECT, pinned=()))
    assert transcript(found, replace(SUBJECT, pinned=("sha256/" + "A" * 43 + "=",))).count("  pinned\n") == 1


@given(st.text(max_size=40), st.text(max_size=40))
def test_hostile_text_stays_on_its_line(sni: str, detail: str) -> None:
    client = replace(run(), outcome=Outcome("reject", None, detail))
    seen = conn("mitm", 1, hello(sni or None), closed())
    text = transcript(evidence(seen, client))
    assert all(char.isprintable() or char == "\n" for char in text)
    assert len(text.splitlines()) == len(
        transcript(evidence(conn("mitm", 1, hello(), closed()))).splitlines()
    )


@pytest.mark.parametrize(
    "form", [CANARY, CANARY.upper(), CANARY.encode().hex(), "N2YzYTljNTU0NGFhN2YzYTljNTU0NGFhN2YzYTljNTU"]
)
def test_no_secret_in_full(form: str) -> None:
    found = evidence(forged(1, {**REQUEST, "target": "/" + form}, closed(9)), run("accept"))
    text = transcript(found)
    assert form not in text
    assert f"/{form[:6]}…" in text


def test_a_secret_at_the_cut_is_not_shown() -> None:
    for before in range(190, 245):
        request = {**REQUEST, "target": "/" * before + CANARY}
        assert CANARY[:10] not in transcript(evidence(forged(1, request, closed(9)), run("accept")))


def test_plain_text() -> None:
    assert printable("a\r\nb\u202ec\x00") == "a\\x0d\\x0ab\\u202ec\\x00"
    assert printable("x" * 200).endswith("… (40 more)")
    assert shorten("none here", [""]) == "none here"
