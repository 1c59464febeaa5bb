"""Conversions: what is carried over, what is lost and reported, and what is refused."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pinlab.cli.app import main
from pinlab.pins.convert import Conversion, convert, with_role
from pinlab.pins.errors import PinFileError
from pinlab.pins.format_table import FORMATS, TABLE, format_named, read_pins
from pinlab.pins.model import HostPins, Kind, Match, Pin, PinSet, Role, Semantics
from pinlab.pins.source import Source
from tests.support.certificates import HOST, Material, material
from tests.support.pin_file_examples import EXAMPLES, A, B, b64

TWO = (Pin(A), Pin(B))


def entry(*pins: Pin, match: Match = Match.EXACT, **more: Any) -> HostPins:
    return HostPins(HOST, match, pins or TWO, Semantics.SPKI_ANY, **more)


def to(name: str, *entries: HostPins, **more: Any) -> Conversion:
    return convert(PinSet("x", "x", entries or (entry(),)), format_named(name), **more)


def leaf_pin(made: Material) -> Pin:
    return Pin(made.chain.leaf.digest(Kind.SPKI) or b"")


@pytest.mark.parametrize(("name"), [item.name for item in TABLE if item.write])
def test_two_pins_of_one_leaf_go_into_every_format_and_back(name: str) -> None:
    target = FORMATS[name]
    source = entry(*(replace(pin, role=Role.LEAF) for pin in TWO))
    if (Kind.SPKI, "sha256") not in target.can.kinds:
        source = entry(*(replace(pin, kind=Kind.CERTIFICATE, role=Role.LEAF) for pin in TWO))
    done = to(name, source)
    assert done.refusals == () and done.text
    if target.read:
        back = read_pins(Source("x", done.text.encode()), name)
        assert [pin.digest for host in back.hosts for pin in host.pins] == [A, B]
        assert back.faults() == []


LOSSES = [
    ("okhttp", entry(expires=datetime.date(2028, 1, 1)), "the date 2028-01-01 is lost"),
    (
        "apple",
        entry(replace(TWO[0], role=Role.CA), expires=datetime.date(2028, 1, 1)),
        "the date 2028-01-01 is lost",
    ),
    ("okhttp", entry(replace(TWO[0], role=Role.CA)), "that a pin is for ca certificates only is lost"),
    (
        "android-nsc",
        entry(replace(TWO[0], role=Role.LEAF)),
        "that a pin is for leaf certificates only is lost",
    ),
    ("android-nsc", entry(enforced=False), "only reports now, and will refuse"),
    ("okhttp", entry(report_uris=("https://r.test",)), "the report addresses are lost"),
    ("okhttp", entry(replace(TWO[0], label="active")), "labels of pins are lost"),
    ("curl", entry(), f"that the pins are for {HOST} is lost"),
    ("curl", entry(), "a pin that is of a CA will never match"),
]


@pytest.mark.parametrize(("name", "source", "output"), LOSSES)
def test_a_loss_is_reported(name: str, source: HostPins, output: str) -> None:
    done = to(name, source)
    assert done.text and any(output in loss for loss in done.losses), done


REFUSALS = [
    (
        "apple",
        entry(match=Match.ANY_DEPTH_AND_SELF),
        "is for shop.test and all below, which apple cannot express",
    ),
    ("android-nsc", entry(match=Match.ONE_LABEL), "is for *.shop.test, which android-nsc cannot express"),
    ("okhttp", entry(match=Match.ONE_LABEL_AND_SELF), "which okhttp cannot express"),
    ("android-nsc", entry(match=Match.EVERY_HOST), "an entry names no host"),
    ("apple", entry(), "needs to know whether a pin is of the leaf or of a CA"),
    ("curl", entry(replace(TWO[0], role=Role.CA)), "compares the leaf alone, and a pin is of a CA"),
    ("android-nsc", entry(Pin(A, Kind.CERTIFICATE)), "cannot express a sha256 of the certificate"),
    ("android-nsc", entry(Pin(A[:20], algorithm="sha1")), "cannot express a sha1 of the spki"),
    ("trustkit", entry(TWO[0]), "requires 2 different pins, there is 1"),
    ("trustkit", entry(TWO[0], TWO[0]), "requires 2 different pins, there is 1"),
    ("okhttp", entry(replace(TWO[0], rejected=True)), "has no list of rejected keys"),
    ("brief", entry(), "can be read, not written"),
    ("plain", entry(Pin(A, fault="is not base64")), "is malformed: is not base64"),
]


@pytest.mark.parametrize(("name", "source", "output"), REFUSALS)
def test_what_the_format_cannot_express_is_refused(name: str, source: HostPins, output: str) -> None:
    done = to(name, source)
    assert done.text == "" and any(output in refusal for refusal in done.refusals), done


@pytest.mark.parametrize(
    "host", ['a.b"); run("', "a.b\\", "a.b\nc.d", "${host}", 'ä"); run("', "a b", "https://a.b"]
)
@pytest.mark.parametrize("name", ["okhttp", "kotlin", "swift", "android-nsc", "rn-ssl-pinning", "plain"])
def test_a_host_that_is_none_is_never_written_into_source(name: str, host: str) -> None:
    done = to(name, replace(entry(), pattern=host))
    assert done.text == "" and done.refusals


def test_an_address_for_reports_stays_a_string() -> None:
    done = to("swift", entry(report_uris=('https://r.test/"]); run(\\(x)',)))
    assert r'"https://r.test/\"]); run(\\(x)"' in done.text


def test_a_set_that_only_reports_needs_no_second_pin() -> None:
    assert to("trustkit", entry(TWO[0], enforced=False)).refusals == ()


def test_hosts_with_different_pins_do_not_fit_into_a_format_without_hosts() -> None:
    both = entry(), replace(entry(TWO[0]), pattern="other.test")
    assert any("choose one with --host" in refusal for refusal in to("curl", *both).refusals)
    assert to("curl", *both, host="other.test").text == f"sha256//{b64(A)}\n"
    assert to("curl", *both, host="third.test").refusals == ("there is no entry for third.test",)


def test_the_chain_gives_roles_and_other_hashes() -> None:
    made = material()
    pin = leaf_pin(made)
    fingerprint = Pin(made.chain.leaf.digest(Kind.CERTIFICATE) or b"", Kind.CERTIFICATE)
    root = Pin(made.chain.links[2].digest(Kind.SPKI) or b"")
    assert "NSPinnedLeafIdentities" in to("apple", entry(pin), chain=made.chain).text
    assert "NSPinnedCAIdentities" in to("apple", entry(root), chain=made.chain).text
    assert b64(pin.digest) in to("android-nsc", entry(fingerprint), chain=made.chain).text
    assert any(
        "a pin is of a CA" in refusal for refusal in to("curl", entry(root), chain=made.chain).refusals
    )


def test_only_a_role_can_be_given() -> None:
    roles = [pin.role for pin in with_role(PinSet("x", "x", (entry(),)), "leaf").hosts[0].pins]
    assert roles == [Role.LEAF, Role.LEAF]
    with pytest.raises(PinFileError, match="wanted leaf or ca"):
        with_role(PinSet("x", "x", ()), "root")


def test_the_command_line_writes_says_and_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "a.plist", tmp_path / "out.kt"
    file.write_text(EXAMPLES["trustkit"].text)
    assert main(["pins", "convert", str(file), "--to", "okhttp"]) == 0
    output = capsys.readouterr()
    assert f'.add("**.shop.test", "sha256/{b64(A)}", "sha256/{b64(B)}")' in output.out
    assert output.err.startswith("lost: ") and "2028-02-29" in output.err
    assert main(["pins", "convert", str(file), "--to", "okhttp", "--strict", "--out", str(out)]) == 1
    assert not out.exists()
    assert main(["pins", "convert", str(file), "--to", "apple", "--role", "leaf"]) == 1
    output = capsys.readouterr()
    assert output.out == "" and "refused: an entry is for shop.test and all below" in output.err
    assert main(["pins", "convert", str(file), "--to", "android-nsc", "--out", str(out)]) == 0
    assert read_pins(Source.of(out)).hosts[0].match == Match.ANY_DEPTH_AND_SELF


def test_a_chain_becomes_a_pin_file_of_a_named_host(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    material().write(tmp_path, "leaf", "root")
    assert main(["pins", "convert", str(tmp_path / "next.pem"), "--to", "apple", "--host", "Shop.test"]) == 0
    back = read_pins(Source("x", capsys.readouterr().out.encode())).hosts[0]
    assert (back.pattern, [pin.role for pin in back.pins]) == ("shop.test", [Role.CA, Role.LEAF])


def test_formats_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pins", "formats"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [item.name for item in TABLE]
