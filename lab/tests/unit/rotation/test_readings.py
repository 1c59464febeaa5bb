"""How one connection is read, and when pins count as in force: on invented judgements, without a process."""

from __future__ import annotations

import pytest
from pinlab.core.enums import Verdict
from pinlab.judge.verdicts import Judgement
from pinlab.rotation.rehearse.controls import SMUGGLED, STRANGER, PinGuard, controls_of, in_force
from pinlab.rotation.rehearse.exposures import Exposure, Shown
from pinlab.rotation.rehearse.names import ATTACKER
from pinlab.rotation.rehearse.readings import End, Reading, distinguished, read

DAY = 86_400


def judged(verdict: str, reason: str | None = None, *, canary: bool = False) -> Judgement:
    return Judgement(
        verdict=verdict,
        reason=reason,
        reason_source="client" if reason else "none",
        late=False,
        cause="what was seen",
        canary_at_attacker=False,
        app_bytes_at_attacker=0,
        canary_at_origin=canary,
        expected=Verdict.SERVED,
        expected_reason=None,
        controls=(),
        visits=(),
    )


@pytest.mark.parametrize(
    ("reason", "end"),
    [
        ("pin_mismatch", "pin"),
        ("pin_only_in_presented", "pin"),
        ("cert_expired", "pkix"),
        ("cert_not_yet_valid", "pkix"),
        ("chain_untrusted", "pkix"),
        ("name_mismatch", "pkix"),
        ("transport_failed", "unclear"),
        ("config_invalid", "unclear"),
        ("internal", "unclear"),
        (None, "refused"),
    ],
)
def test_a_refusal_is_read_by_its_reason(reason: str | None, end: str) -> None:
    assert read(judged(Verdict.LOCKED_OUT, reason), forged=False).end == end


def test_who_was_served_has_accepted() -> None:
    assert read(judged(Verdict.SERVED), forged=False).end == "accepted"


@pytest.mark.parametrize("verdict", [Verdict.INCONCLUSIVE, Verdict.UNSUPPORTED, Verdict.BREACHED])
def test_what_the_judge_does_not_know_stays_unclear(verdict: Verdict) -> None:
    assert read(judged(verdict), forged=False).end == "unclear"


def test_a_client_that_sends_its_request_has_accepted() -> None:
    seen = judged(Verdict.INCONCLUSIVE, canary=True)
    assert read(seen, forged=True).end == "accepted"
    assert read(seen, forged=False).end == "unclear", "of a legitimate server the claim must agree"


@pytest.mark.parametrize(
    ("control", "end"),
    [("accepted", "pin"), ("refused", "pkix"), ("pkix", "pkix"), ("unclear", "unclear")],
)
def test_a_control_tells_a_pin_from_the_rest(control: End, end: End) -> None:
    refused = Reading("refused", "exit 1")
    assert distinguished(refused, Reading(control, "")).end == end


def exposure(pins: tuple[str, ...] | None = ("K1",), trust: tuple[str, ...] = ("R1", ATTACKER)) -> Exposure:
    return Exposure(None, "a.test", pins, trust, Shown("K1", ("I1", "R1")))


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (("pin", "pin"), True),
        (("pin", "accepted"), False),
        (("unclear", "accepted"), False),
        (("pin", "unclear"), None),
        (("pkix", "pin"), None),  # it would have been refused without a pin, too
    ],
)
def test_pins_are_in_force_when_every_attacker_is_refused_by_them(
    ends: tuple[End, ...], expected: bool | None
) -> None:
    assert in_force(PinGuard.of(exposure()), [Reading(end, "why") for end in ends])[0] is expected


def test_a_store_of_its_own_refuses_by_validation() -> None:
    guard = PinGuard.of(exposure(None, ("R1",)))
    assert guard.store == ("R1",)
    assert guard.is_expected
    assert in_force(guard, [Reading("pkix", "untrusted")])[0] is True


def test_without_pins_and_store_nothing_is_expected() -> None:
    assert not PinGuard.of(exposure(None)).is_expected


def test_controls_show_a_stranger_and_smuggled_certificates() -> None:
    made = controls_of(PinGuard.of(exposure(("K1", "sha256/literal"))), ("R1", ATTACKER))
    assert set(made) == {STRANGER, SMUGGLED}
    assert made[SMUGGLED].shown.baits == ("K1",), "no one has a certificate for a literal"
    assert all(entry.forged and entry.is_valid for entry in made.values())
    assert set(controls_of(PinGuard.of(exposure(("sha256/literal",))), ("R1", ATTACKER))) == {STRANGER}


def test_dates_on_the_same_side_of_now_are_one_content() -> None:
    def shown(start: int, end: int) -> Exposure:
        return Exposure(None, "a.test", None, ("R1",), Shown("K1", ("R1",), start * DAY, end * DAY))

    assert shown(-3, 5).content == shown(-90, 1).content
    assert shown(-3, -1).content != shown(-3, 5).content
    assert shown(1, 5).content != shown(-3, 5).content
    assert shown(1, 5).shown.status == "not yet valid"
