"""Each library's real rules, one by one: which certificates count, what a date does, what stops the app."""

from __future__ import annotations

import datetime
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pinlab.pins.chain_building import build_chain
from pinlab.pins.decide import PinOutcome, decide, expired
from pinlab.pins.hosts import covers, select
from pinlab.pins.inputs.certificates import Objects
from pinlab.pins.model import HostPins, Kind, Match, Pin, PinSet, Role, Semantics
from tests.support.certificates import DAY, HOST, NOW, material

CHAIN = material().chain
LEAF, MIDDLE, ROOT = (Pin(link.digest(Kind.SPKI) or b"") for link in CHAIN.links)
STRANGER, OTHER = Pin(bytes(32)), Pin(b"\1" * 32)
FINGERPRINT = Pin(CHAIN.leaf.digest(Kind.CERTIFICATE) or b"", Kind.CERTIFICATE)
CHAIN_WIDE = (Semantics.SPKI_ANY, Semantics.ANDROID_NSC, Semantics.TRUSTKIT, Semantics.OKHTTP)


def pinned(semantics: Semantics, *pins: Pin, **more: Any) -> HostPins:
    return replace(HostPins(HOST, Match.EXACT, pins, semantics), **more)


def outcome(semantics: Semantics, *pins: Pin, **more: Any) -> PinOutcome:
    return decide(pinned(semantics, *pins, **more), CHAIN, NOW).outcome


@pytest.mark.parametrize("semantics", CHAIN_WIDE)
@pytest.mark.parametrize(("pin", "link"), [(LEAF, 0), (MIDDLE, 1), (ROOT, 2)])
def test_any_certificate_of_the_chain_will_do(semantics: Semantics, pin: Pin, link: int) -> None:
    decision = decide(pinned(semantics, STRANGER, pin), CHAIN, NOW)
    assert (decision.outcome, decision.pin, decision.link) == (PinOutcome.ACCEPTED, 2, link)
    assert decision.why.startswith("by backup pin 2")


@pytest.mark.parametrize("semantics", list(Semantics))
def test_a_set_that_pins_others_refuses(semantics: Semantics) -> None:
    assert outcome(semantics, STRANGER, OTHER) == PinOutcome.REFUSED


def test_curl_compares_the_leaf_alone() -> None:
    assert outcome(Semantics.SPKI_LEAF, LEAF) == PinOutcome.ACCEPTED
    assert outcome(Semantics.SPKI_LEAF, MIDDLE, ROOT) == PinOutcome.REFUSED


def test_a_fingerprint_is_of_the_leaf_certificate() -> None:
    assert outcome(Semantics.CERT_HASH, FINGERPRINT) == PinOutcome.ACCEPTED
    assert outcome(Semantics.CERT_HASH, replace(FINGERPRINT, kind=Kind.SPKI)) == PinOutcome.REFUSED


@pytest.mark.parametrize(
    ("pins", "expected"),
    [
        ((replace(ROOT, role=Role.CA),), PinOutcome.ACCEPTED),
        ((replace(LEAF, role=Role.LEAF),), PinOutcome.ACCEPTED),
        ((replace(LEAF, role=Role.CA),), PinOutcome.REFUSED),
        ((replace(ROOT, role=Role.LEAF),), PinOutcome.REFUSED),
        ((replace(ROOT, role=Role.CA), replace(LEAF, role=Role.LEAF)), PinOutcome.ACCEPTED),
        ((replace(ROOT, role=Role.CA), replace(OTHER, role=Role.LEAF)), PinOutcome.REFUSED),
        ((replace(OTHER, role=Role.CA), replace(LEAF, role=Role.LEAF)), PinOutcome.REFUSED),
    ],
)
def test_apple_wants_a_match_in_each_list_that_is_given(pins: tuple[Pin, ...], expected: PinOutcome) -> None:
    assert outcome(Semantics.APPLE_AND, *pins) == expected


@pytest.mark.parametrize("semantics", [Semantics.ANDROID_NSC, Semantics.TRUSTKIT])
def test_behind_the_date_nothing_is_pinned(semantics: Semantics) -> None:
    today = NOW.date()
    assert outcome(semantics, STRANGER, OTHER, expires=today) == PinOutcome.NOT_PINNED
    assert outcome(semantics, STRANGER, OTHER, expires=today + DAY) == PinOutcome.REFUSED
    assert outcome(Semantics.OKHTTP, STRANGER, OTHER, expires=today - DAY) == PinOutcome.REFUSED


def test_the_date_begins_at_its_midnight() -> None:
    entry = pinned(Semantics.ANDROID_NSC, LEAF, expires=datetime.date(2027, 2, 1))
    midnight = datetime.datetime(2027, 2, 1, tzinfo=datetime.UTC)
    assert not expired(entry, midnight)
    assert expired(entry, midnight + datetime.timedelta(microseconds=1))


def test_trustkit_wants_two_different_pins_of_an_enforced_set() -> None:
    assert outcome(Semantics.TRUSTKIT, LEAF) == PinOutcome.CANNOT_START
    assert outcome(Semantics.TRUSTKIT, LEAF, LEAF) == PinOutcome.CANNOT_START
    assert outcome(Semantics.TRUSTKIT, LEAF, enforced=False) == PinOutcome.ACCEPTED


def test_report_only_lets_through_and_says_so() -> None:
    assert outcome(Semantics.TRUSTKIT, STRANGER, OTHER, enforced=False) == PinOutcome.REPORT_ONLY
    assert outcome(Semantics.TRUSTKIT, STRANGER, LEAF, enforced=False) == PinOutcome.ACCEPTED


@pytest.mark.parametrize(
    ("semantics", "expected"),
    [
        (Semantics.ANDROID_NSC, PinOutcome.NOT_PINNED),
        (Semantics.URLLIB3, PinOutcome.NOT_PINNED),
        (Semantics.OKHTTP, PinOutcome.NOT_PINNED),
        (Semantics.SPKI_LEAF, PinOutcome.REFUSED),
        (Semantics.SPKI_ANY, PinOutcome.REFUSED),
        (Semantics.TRUSTKIT, PinOutcome.CANNOT_START),
    ],
)
def test_what_an_empty_set_means(semantics: Semantics, expected: PinOutcome) -> None:
    assert outcome(semantics) == expected


@pytest.mark.parametrize(
    ("semantics", "expected"),
    [
        (Semantics.ANDROID_NSC, PinOutcome.CANNOT_START),
        (Semantics.TRUSTKIT, PinOutcome.CANNOT_START),
        (Semantics.OKHTTP, PinOutcome.CANNOT_START),
        (Semantics.SPKI_LEAF, PinOutcome.ACCEPTED),
    ],
)
def test_what_a_malformed_pin_does_to_the_good_ones(semantics: Semantics, expected: PinOutcome) -> None:
    assert outcome(semantics, LEAF, Pin(b"", fault="is not base64")) == expected


def test_okhttp_builds_with_a_short_digest_and_never_matches_it() -> None:
    short = Pin(b"", fault="decodes to 3 bytes and not to 32", builds=True)
    assert outcome(Semantics.OKHTTP, short) == PinOutcome.REFUSED
    assert outcome(Semantics.OKHTTP, short, LEAF) == PinOutcome.ACCEPTED


def test_rejected_keys_come_first() -> None:
    assert outcome(Semantics.CHROMIUM, LEAF, replace(ROOT, rejected=True)) == PinOutcome.REFUSED
    assert outcome(Semantics.CHROMIUM, LEAF, replace(STRANGER, rejected=True)) == PinOutcome.ACCEPTED
    assert outcome(Semantics.CHROMIUM, replace(LEAF, rejected=True)) == PinOutcome.REFUSED


def test_a_pin_that_was_only_appended_to_the_list_does_not_count() -> None:
    made = material()
    smuggled = build_chain(Objects("x", [made.leaf, made.intermediate, made.stranger]))
    pin = Pin(build_chain(Objects("x", [made.stranger])).leaf.digest(Kind.SPKI) or b"")
    assert made.stranger.fingerprint(hashes.SHA256()) not in [
        link.digest(Kind.CERTIFICATE) for link in smuggled.links
    ]
    assert decide(pinned(Semantics.OKHTTP, pin), smuggled, NOW).outcome == PinOutcome.REFUSED


@pytest.mark.parametrize(
    ("match", "yes", "no"),
    [
        (Match.EXACT, ["shop.test", "SHOP.TEST", "shop.test."], ["a.shop.test", "myshop.test"]),
        (Match.ONE_LABEL, ["a.shop.test"], ["shop.test", "b.a.shop.test", "a.myshop.test"]),
        (Match.ONE_LABEL_AND_SELF, ["shop.test", "a.shop.test"], ["b.a.shop.test"]),
        (Match.ANY_DEPTH, ["a.shop.test", "b.a.shop.test"], ["shop.test"]),
        (Match.ANY_DEPTH_AND_SELF, ["shop.test", "b.a.shop.test"], ["myshop.test", "shop.test.evil.test"]),
        (Match.EVERY_HOST, ["anything.test"], []),
    ],
)
def test_which_hosts_a_pattern_covers(match: Match, yes: list[str], no: list[str]) -> None:
    assert [covers(match, "shop.test", host) for host in yes] == [True] * len(yes)
    assert [covers(match, "shop.test", host) for host in no] == [False] * len(no)


def test_an_international_name_is_compared_in_its_ascii_form() -> None:
    assert covers(Match.EXACT, "bücher.test", "xn--bcher-kva.test")


def entry(pattern: str, match: Match, semantics: Semantics, *pins: Pin) -> HostPins:
    return HostPins(pattern, match, pins, semantics)


ANY_PIN = st.sampled_from([LEAF, MIDDLE, ROOT, STRANGER, OTHER, FINGERPRINT])
SOME_PINS = st.lists(ANY_PIN, max_size=5).map(tuple)
QUICK = settings(max_examples=120, deadline=None, database=None, derandomize=True)


@QUICK
@given(st.sampled_from(list(Semantics)), SOME_PINS, st.randoms(use_true_random=False))
def test_the_order_of_the_pins_never_matters(
    semantics: Semantics, pins: tuple[Pin, ...], dice: Random
) -> None:
    shuffled = list(pins)
    dice.shuffle(shuffled)
    assert outcome(semantics, *shuffled) == outcome(semantics, *pins)


@QUICK
@given(st.sampled_from(list(Semantics)), SOME_PINS, ANY_PIN)
def test_one_more_pin_never_locks_anybody_out(semantics: Semantics, pins: tuple[Pin, ...], more: Pin) -> None:
    assume(pins)
    if not outcome(semantics, *pins).locks_out:
        assert not outcome(semantics, *pins, more).locks_out


@QUICK
@given(st.sampled_from(list(Semantics)), SOME_PINS)
def test_an_acceptance_names_a_pin_that_is_in_the_chain(semantics: Semantics, pins: tuple[Pin, ...]) -> None:
    decision = decide(pinned(semantics, *pins), CHAIN, NOW)
    if decision.outcome == PinOutcome.ACCEPTED:
        assert decision.pin and decision.link is not None
        assert CHAIN.links[decision.link].matches(pins[decision.pin - 1])
    elif decision.outcome == PinOutcome.REFUSED:
        assert not any(CHAIN.leaf.matches(pin) for pin in pins)


def test_the_most_specific_entry_wins_except_where_patterns_unite() -> None:
    for semantics, expected in ((Semantics.ANDROID_NSC, (LEAF,)), (Semantics.OKHTTP, (ROOT, LEAF))):
        wide = entry("test", Match.ANY_DEPTH_AND_SELF, semantics, ROOT)
        narrow = entry(HOST, Match.EXACT, semantics, LEAF)
        chosen = select(PinSet("x", "x", (wide, narrow)), HOST)
        assert chosen and chosen.pins == expected


def test_chromium_lets_a_specific_entry_hide_its_parent() -> None:
    def chosen(semantics: Semantics) -> HostPins | None:
        wide = entry("test", Match.ANY_DEPTH_AND_SELF, semantics, ROOT)
        return select(PinSet("x", "x", (wide, entry(HOST, Match.EXACT, semantics, LEAF))), f"a.{HOST}")

    assert chosen(Semantics.CHROMIUM) is None
    found = chosen(Semantics.ANDROID_NSC)
    assert found and found.pins == (ROOT,)
