"""`pinlab run --pins FILE`: every statement of a file is asked by real connections, each misreading seen."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import pytest
from pinlab.pin_file_run.rewrite import substitute
from pinlab.pin_file_run.statements import StatementReader
from pinlab.pins.decide import PinOutcome, cannot_start
from pinlab.pins.errors import PinFileError
from pinlab.pins.format_table import FORMATS, read_pins
from pinlab.pins.model import Role
from pinlab.pins.source import Source
from tests.support.cli import CLIENTS, Ended, pinlab
from tests.support.pin_file_examples import EXAMPLES, b64
from tests.support.tools import needs

pytestmark = pytest.mark.usefixtures("programs")
NOW = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
A, B, C = (bytes(range(start, start + 32)) for start in (0, 32, 64))
ANDROID = f"""<network-security-config>
  <domain-config>
    <domain includeSubdomains="true">shop.test</domain>
    <pin-set expiration="2091-02-28"><pin digest="SHA-256">{b64(A)}</pin> <!-- kept -->
      <pin digest="SHA-256">{b64(B)}</pin></pin-set>
  </domain-config>
  <domain-config>
    <domain>exact.test</domain>
    <pin-set><pin digest="SHA-256">{b64(C)}</pin></pin-set>
  </domain-config>
</network-security-config>
"""
HELD = {"shop_test_unpinned", "sub_shop_test_unpinned", "deep_sub_shop_test_unpinned", "exact_test_unpinned"}
BEHIND = {f"{host}_test_unpinned_date_past" for host in ("shop", "sub_shop", "deep_sub_shop")}


def source(text: str, name: str = "nsc.xml") -> Source:
    return Source(name, text.encode(), Path(name))


def ask(folder: Path, text: str, *words: str, name: str = "nsc.xml") -> Ended:
    (folder / name).write_text(text, encoding="utf-8")
    return pinlab(folder, "run", "--pins", name, "-n", "0", *words)


def app(flaw: str = "", name: str = "android_app") -> tuple[str, ...]:
    order = "{address} {port} {host} {ca_file} {pin_file} {canary}"
    words = f'"{sys.executable}" -B "{CLIENTS / name}.py" {order} {flaw}'
    return ("--via", "address", "--timeout", "8", "--command", words)


def deviating(end: Ended) -> dict[str, str]:
    """Verdicts that are not the expected ones, by the statement's name."""
    found = [entry for entry in end.document["results"] if not entry["as_expected"]]
    return {entry["scenario"].removeprefix("pinfile/"): entry["verdict"] for entry in found}


def test_an_app_that_follows_its_file_passes_and_unprotected_hosts_are_listed(tmp_path: Path) -> None:
    end = ask(tmp_path, ANDROID, *app())
    assert (end.status, deviating(end)) == (0, {}), end.out
    held = {
        entry["scenario"].split("/")[1] for entry in end.document["results"] if entry["verdict"] == "HELD"
    }
    assert held == HELD
    assert "not protected: sub.exact.test: no entry of the file is for this host" in end.out
    assert "not protected: not-in-the-file.test" in end.out
    assert "assumed: a pin may be of the leaf or of an issuer" in end.out


@pytest.mark.parametrize(
    ("flaw", "verdict", "where"),
    [
        ("ignores_subdomains", "BREACHED", {"sub_shop_test_unpinned", "deep_sub_shop_test_unpinned"}),
        ("ignores_date", "LOCKED_OUT", BEHIND),
        ("first_pin", "LOCKED_OUT", {"shop_test_pin_2", "shop_test_ca_pin_2"}),
    ],
)
def test_a_misreading_is_caught_where_it_hurts(
    tmp_path: Path, flaw: str, verdict: str, where: set[str]
) -> None:
    only = [word for name in sorted({*where, "shop_test_pin_1"}) for word in ("--only", f"pinfile/{name}")]
    end = ask(tmp_path, ANDROID, *app(flaw), *only)
    assert (end.status, deviating(end)) == (1, dict.fromkeys(where, verdict)), end.out
    assert "--pins nsc.xml" in end.out, "the command that repeats it names the file"


@pytest.mark.parametrize("name", ["trustkit", "okhttp", "curl", "hex-certificate"])
def test_the_reference_client_holds_to_each_format(tmp_path: Path, name: str) -> None:
    (tmp_path / "pins").write_text(EXAMPLES[name].text, encoding="utf-8")
    end = pinlab(tmp_path, "run", "--pins", f"{name}=pins", "-n", "0")
    assert deviating(end) == {}, end.out
    assert end.status == 0
    assert {entry["verdict"] for entry in end.document["results"]} >= {"HELD", "SERVED"}
    assert "whether it reads the file is not asked" in end.out


def test_two_lists_that_must_both_match_need_a_client_that_reads_the_file(tmp_path: Path) -> None:
    end = ask(tmp_path, EXAMPLES["apple"].text, name="Info.plist")
    skipped = [entry for entry in end.document["results"] if entry["verdict"] == "SKIPPED"]
    assert skipped and all("{pin_file}" in entry["cause"] for entry in skipped)


def test_an_app_that_takes_either_of_two_lists_is_caught(tmp_path: Path) -> None:
    only = ("--only", "pinfile/shop_test*")
    good = ask(tmp_path, EXAMPLES["apple"].text, *app(name="apple_app"), *only, name="Info.plist")
    assert (good.status, deviating(good)) == (0, {}), good.out
    bad = ask(tmp_path, EXAMPLES["apple"].text, *app("either_list", "apple_app"), *only, name="Info.plist")
    assert deviating(bad) == {
        "shop_test_pin_2": "BREACHED",
        "shop_test_unpinned_under_pin_1": "BREACHED",
    }, bad.out


@needs("curl")
def test_curl_reads_its_own_configuration(tmp_path: Path) -> None:
    text = f'# pins of the shop\npinnedpubkey = "sha256//{b64(A)};sha256//{b64(B)}"\nsilent\n'
    words = "curl --config {pin_file} --cacert {ca_file} --connect-to ::{address}:{port} {url}"
    end = ask(tmp_path, text, "--via", "address", "--command", words, name="curlrc")
    assert (end.status, end.verdicts) == (
        0,
        {
            "pinfile/shop_test_pin_1 1.3": "SERVED",
            "pinfile/shop_test_pin_2 1.3": "SERVED",
            "pinfile/shop_test_unpinned 1.3": "HELD",
        },
    ), end.out


def test_what_has_ended_already_protects_no_one_and_is_tried_on_both_sides(tmp_path: Path) -> None:
    end = ask(tmp_path, ANDROID.replace("2091-02-28", "2020-02-28"), *app(), "--only", "pinfile/shop_test*")
    assert "not protected: shop.test: the set expired on 2020-02-28" in end.out
    assert end.status == 0, end.out
    assert end.result("pinfile/shop_test_unpinned")["verdict"] == "SERVED"
    assert end.result("pinfile/shop_test_unpinned_date_ahead")["verdict"] == "HELD"


@pytest.mark.parametrize(
    ("text", "words", "output"),
    [
        ("nothing of the kind", (), "no pin format recognised"),
        (ANDROID.replace(b64(A), "AAAA"), (), "no app starts with this file"),
        (ANDROID.replace(">exact.test", ">*.exact.test"), (), "nsc.xml, line 8"),
        (ANDROID, ("--pin-role", "root"), "--pin-role is leaf or ca"),
        (ANDROID, ("--suite", "smoke"), "--pins makes its own scenarios"),
        (ANDROID, ("--command", "true {url}"), "write {pin_file} where it takes your file"),
    ],
)
def test_what_cannot_be_tested_is_reported(
    tmp_path: Path, text: str, words: tuple[str, ...], output: str
) -> None:
    end = ask(tmp_path, text, *words)
    assert (end.status, output in end.err) == (2, True), end.err


def test_the_placeholder_needs_the_file(tmp_path: Path) -> None:
    end = pinlab(tmp_path, "run", "--command", "true {pin_file}")
    assert (end.status, "say --pins FILE" in end.err) == (2, True)


@pytest.mark.parametrize("name", sorted(name for name in EXAMPLES if FORMATS[name].read))
def test_every_hash_gets_a_substitute_key_or_the_file_is_refused(name: str) -> None:
    pinset = read_pins(source(EXAMPLES[name].text), name)
    other = {pin.object: bytes(reversed(pin.digest)) for entry in pinset.hosts for pin in entry.pins}
    try:
        changed = substitute(source(EXAMPLES[name].text), pinset, other)
    except PinFileError as refused:
        assert "cannot put a key of its own" in str(refused)
        return
    again = read_pins(source(changed.decode()), name)
    found = [pin.digest for entry in again.hosts for pin in entry.pins]
    assert found == [bytes(reversed(pin.digest)) for entry in pinset.hosts for pin in entry.pins]
    assert len(changed) == len(EXAMPLES[name].text.encode())


def test_what_is_no_pin_stays_as_it_was() -> None:
    pinset = read_pins(source(ANDROID))
    day, other = datetime.date(2091, 2, 28), datetime.date(2026, 11, 22)
    changed = substitute(
        source(ANDROID), pinset, {pin.object: B for pin in pinset.hosts[0].pins}, {day: other}
    )
    assert changed.decode() == ANDROID.replace(b64(A), b64(B)).replace("2091-02-28", "2026-11-22")


@pytest.mark.parametrize("name", sorted(name for name in EXAMPLES if FORMATS[name].read))
def test_a_refusal_always_has_an_accepted_neighbour_and_can_be_repinned(name: str) -> None:
    pinset = read_pins(source(EXAMPLES[name].text), name)
    if cannot_start(pinset):
        return
    found = StatementReader(pinset, NOW).statements()
    assert found
    accepted = {
        (statement.host, statement.dates)
        for statement in found
        if statement.decision.outcome == PinOutcome.ACCEPTED
    }
    refused = [statement for statement in found if statement.refused]
    assert all((statement.host, statement.dates) in accepted and statement.repinned for statement in refused)


def test_apple_asks_for_a_pinned_leaf_and_a_pinned_issuer_together() -> None:
    pinset = read_pins(source(EXAMPLES["apple"].text, "Info.plist"))
    assert {pin.role for pin in pinset.hosts[0].pins} == {Role.LEAF, Role.CA}
    found = {
        statement.shown: statement.refused
        for statement in StatementReader(pinset, NOW).statements()
        if statement.host == "shop.test"
    }
    assert found == {
        "pin_2_under_pin_1": False,
        "pin_2": True,
        "unpinned_under_pin_1": True,
        "unpinned": True,
    }


@pytest.mark.parametrize("name", ["\U0001f512 pins.xml", 'quote".xml', "back\\slash.xml", "line\u2028.xml"])
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    end = ask(tmp_path, EXAMPLES["android-nsc"].text, "--only", "pinfile/shop_test*", name=name)
    assert end.status == 0 and deviating(end) == {}, end.out + end.err
