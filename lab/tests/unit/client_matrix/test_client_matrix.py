"""`pinlab matrix`: verdicts become cells and sentences, data become pages, and nothing is left out."""

from __future__ import annotations

import json
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from pinlab.catalogue.loader import load_catalogue
from pinlab.client_matrix import html, markdown
from pinlab.client_matrix.advice import Meaning, advice, limits, meanings, others
from pinlab.client_matrix.cell import cell_of
from pinlab.client_matrix.data import Client, ClientComparison, Met, comparison_of, merged, read_comparison
from pinlab.client_matrix.measure import unstable
from pinlab.core.paths import catalogue as catalogue_folder
from pinlab.runner.results import Result
from tests.support.cli import pinlab

DOCS = catalogue_folder().parent / "docs"
GOOD = Met("misissued/by_our_authority", "1.3", "HELD", "HELD")
SERVED = Met("valid/leaf", "1.3", "SERVED", "SERVED")


def wrong(scenario: str, verdict: str, known: str | None = None, cause: str = "seen") -> Met:
    return Met(scenario, "1.3", "HELD", verdict, known, cause)


def client(*met: Met, name: str = "invented", **facts: Any) -> Client:
    text = {"name": name, "version": "1", "ecosystem": "here", "known_bad": None, "pins": "given"}
    return Client({**text, "source": None, **facts}, tuple(met))


def comparison(*clients: Client) -> ClientComparison:
    missing = [{"name": "absent", "install": "apt-get install absent"}]
    return comparison_of("2026-11-24", "0.1.0", "pinning", clients, missing)


@pytest.mark.parametrize(
    ("met", "text"),
    [
        ([GOOD, SERVED], "as it must (2)"),
        ([GOOD, wrong("a/b", "LOCKED_OUT", "so it is")], "locks out 1 of 2 (known)"),
        ([wrong("a/b", "LOCKED_OUT", "so it is"), wrong("a/c", "BREACHED")], "lets in 1 of 2"),
        ([wrong("a/b", "INCONCLUSIVE"), GOOD], "open 1 of 2"),
        ([wrong("a/b", "UNSUPPORTED"), GOOD], "as it must (1)"),
        ([wrong("a/b", "UNSUPPORTED"), wrong("a/b", "SKIPPED")], "cannot"),
    ],
)
def test_a_cell_says_the_gravest_thing(met: list[Met], text: str) -> None:
    assert cell_of(met).text == text


@pytest.mark.parametrize("meaning", meanings().values(), ids=meanings())
def test_each_meaning_covers_scenarios_of_the_catalogue(meaning: Meaning) -> None:
    known = load_catalogue().scenarios
    for pattern in meaning.scenarios:
        mine = [name for name in known if fnmatchcase(name, pattern)]
        assert mine, f"{pattern} speaks about no scenario"
        each = [client(wrong(name, meaning.verdict)) for name in mine]
        assert all(advice(made) and others(made) == {} for made in each)
        assert any(meaning.means in advice(made) for made in each)
        assert meaning.means not in advice(client(GOOD, SERVED))


def test_a_good_client_is_praised_and_unknown_deviations_are_named() -> None:
    assert advice(client(GOOD, SERVED)) == [
        "Nothing: it did what a good client does wherever it could be asked."
    ]
    odd = wrong("tamper/response", "WRONG_REASON")
    assert advice(client(GOOD, odd)) == [] and others(client(GOOD, odd)) == {"WRONG_REASON": [odd.scenario]}
    assert "Also WRONG_REASON at `tamper/response`." in markdown.document(comparison(client(odd)))


def test_what_is_open_has_its_cause_on_the_page() -> None:
    made = comparison(client(GOOD, wrong("proxy/connect", "INCONCLUSIVE", cause="control failed: it hung")))
    assert "Open: `proxy/connect`, TLS 1.3: control failed: it hung" in markdown.document(made)
    assert "control failed: it hung" in html.document(made)


def test_what_follows_from_a_graver_sentence_is_left_out() -> None:
    open_door = client(wrong("misissued/by_our_authority", "BREACHED"), wrong("smuggled_pin/x", "BREACHED"))
    assert advice(open_door) == [meanings()["no_pin"].means]
    all_or_nothing = client(wrong("untrusted/self_signed", "BREACHED"), wrong("wrong_name/x", "BREACHED"))
    assert advice(all_or_nothing) == [meanings()["pin_is_all"].means]
    sent_list = wrong("valid/root_pinned_not_sent", "LOCKED_OUT")
    assert advice(client(sent_list)) != [meanings()["leaf_only"].means]
    assert advice(client(sent_list, wrong("valid/intermediate_pinned", "LOCKED_OUT"))) == [
        meanings()["leaf_only"].means
    ]
    assert advice(client(GOOD, pins="none"))[0] == "Has no pins to set."


def test_reasons_that_differ_in_a_port_are_one() -> None:
    asked = [wrong("proxy/a", "UNSUPPORTED", None, f"no proxy like socks5://127.0.0.1:{n}") for n in (1, 2)]
    assert limits(client(*asked)) == [("no proxy like socks5://…", 2)]


def test_the_data_keep_everything_that_a_page_needs() -> None:
    made = comparison(
        client(GOOD, wrong("valid/leaf", "LOCKED_OUT", "so it is"), SERVED), client(name="second")
    )
    again = read_comparison(made.to_text())
    assert again == made and again.to_text() == made.to_text()
    assert markdown.document(again) == markdown.document(made)
    with pytest.raises(ValueError, match=r"pinlab\.clients/1"):
        read_comparison('{"schema": "other"}')


def test_the_page_escapes_and_runs_nothing() -> None:
    text = html.document(comparison(client(wrong("a/b", "BREACHED", "<script>x</script>"), name="<b>")))
    assert "<script" not in text and "&lt;script&gt;" in text and "&lt;b&gt;" in text
    assert "default-src 'none'" in text and "absent" in text


def test_the_first_and_last_day_of_measurement_are_shown() -> None:
    assert comparison(client(GOOD)).dates == "2026-11-24"
    assert comparison(replace(client(GOOD), date="2026-11-20")).dates == "2026-11-20 to 2026-11-24"


def test_what_changes_between_runs_is_named() -> None:
    def result(verdict: str) -> Result:
        return Result("a/b", "1.3", "address", "c", "HELD", verdict, "passed")

    found = unstable([[result("HELD")], [result("INCONCLUSIVE")]])
    assert found == [{"scenario": "a/b", "tls": "1.3", "verdicts": "HELD, INCONCLUSIVE"}]
    assert unstable([[result("HELD")], [result("HELD")]]) == []
    shaky = Client(client(GOOD).facts, (GOOD,), tuple(found), 2, "2026-11-24")
    text = markdown.document(comparison(shaky))
    assert "verdicts differed for invented" in text and "Not stable: `a/b`, TLS 1.3" in text
    assert "; run 2 times on 2026-11-24" in text


def test_the_number_of_runs_is_shown() -> None:
    once, often = client(GOOD, name="once"), replace(client(GOOD), runs=5)
    assert markdown.stability(comparison(once)) == "Each was run once, so its stability is not known."
    assert (
        markdown.stability(comparison(once, often))
        == "5 runs of 1 clients, one run of 1; no verdict ever differed."
    )


def test_a_client_that_is_measured_again_takes_its_own_place() -> None:
    old = comparison(client(GOOD, name="a"), client(GOOD, name="b"), client(GOOD, name="mine"))
    new = comparison(client(SERVED, name="b"), client(SERVED, name="absent"))
    both = merged(old, new, ("absent", "a", "b"))
    assert [entry.name for entry in both.clients] == ["absent", "a", "b", "mine"] and both.missing == ()
    assert both.clients[2].met == (SERVED,) and both.clients[1].met == (GOOD,)
    assert merged(old, comparison(), ()).missing == old.missing


@pytest.mark.usefixtures("programs")
def test_clients_are_run_and_the_pages_are_made_again_from_the_data(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    words = ["--client", "reference", "--client", "openssl_cli", "--suite", "smoke", "--out", str(tmp_path)]
    seen = pinlab(tmp_path, "matrix", *words, "--json", str(results))
    assert seen.status == 0, seen.err + seen.out
    first = (tmp_path / "clients.md").read_text(encoding="utf-8")
    assert (
        "| [reference](#reference) | [openssl_cli](#openssl_cli) |" in first
        and meanings()["no_pin"].means in first
    )
    written = json.loads(results.read_text(encoding="utf-8"))["results"]
    assert {entry["client"] for entry in written} == {"reference", "openssl_cli"} and "verdict" in written[0]
    (tmp_path / "clients.md").unlink()
    assert pinlab(tmp_path, "matrix", "--render", "--out", str(tmp_path)).status == 0
    assert (tmp_path / "clients.md").read_text(encoding="utf-8") == first
    words = ["--client", "openssl_cli", "--runs", "2", "--add", "--out", str(tmp_path)]
    refused = pinlab(tmp_path, "matrix", *words)
    assert refused.status == 2 and "about --suite smoke" in refused.err
    assert pinlab(tmp_path, "matrix", *words, "--suite", "smoke").status == 0
    both = read_comparison((tmp_path / "clients.json").read_text(encoding="utf-8")).clients
    assert [(entry.name, entry.runs) for entry in both] == [("reference", 1), ("openssl_cli", 2)]


@pytest.mark.parametrize(
    ("words", "output"),
    [
        (["--client", "nobody"], "no client is called 'nobody'"),
        (["--suite", "all"], "--suite is smoke, pinning, full"),
        (["--runs", "0"], "--runs wants a number"),
        (["--render", "--out", "."], "leave --render or --add out"),
        (["--add", "--client", "openssl_cli", "--out", "."], "leave --render or --add out"),
        (["--out", "nowhere"], "no such folder"),
    ],
)
def test_what_cannot_be_asked_is_a_usage_error(tmp_path: Path, words: list[str], output: str) -> None:
    seen = pinlab(tmp_path, "matrix", *words)
    assert seen.status == 2 and output in seen.err


def test_the_shipped_pages_are_what_the_data_render_to() -> None:
    stored = read_comparison((DOCS / "clients.json").read_text(encoding="utf-8"))
    assert (DOCS / "clients.md").read_text(encoding="utf-8") == markdown.document(stored)
