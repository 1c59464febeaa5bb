"""From a scenario to what the judge must know: the legitimate steps, the variants, the repeated last step.

On scenarios made here; no catalogue file is read.
"""

from __future__ import annotations

from typing import Any

import pytest
from pinlab.catalogue.scenario import Scenario
from pinlab.judge.expectation import Expectation

DOC = "A server shows something, and a good client knows what to do."


def scenario(**keys: Any) -> Scenario:
    facts: dict[str, Any] = {"id": "family/name", "file": "family.toml", "doc": DOC, "expect": "SERVED"}
    return Scenario.model_validate({**facts, **keys})


ROGUE: dict[str, Any] = {
    "expect": "HELD",
    "reason": "pin_mismatch",
    "also": ["chain_untrusted"],
    "attack": [{"kind": "pass_through"}, {"kind": "rogue_ca"}],
    "visits": ["SERVED", "HELD"],
}


def test_a_refusal() -> None:
    expectation = Expectation.of(scenario(**ROGUE))
    assert expectation.expect == "HELD" and expectation.visits == ("SERVED", "HELD")
    assert expectation.reasons == ("pin_mismatch", "chain_untrusted") and expectation.reason == "pin_mismatch"
    assert expectation.legit == {"origin": (True,), "mitm": (True, False)}
    assert expectation.has_mitm and not expectation.direct and expectation.must_refuse
    assert expectation.controls_needed == 2


@pytest.mark.parametrize("variant", ["repinned", "rekeyed"])
def test_in_a_control_everything_is_legitimate(variant: Any) -> None:
    expectation = Expectation.of(scenario(**ROGUE), variant)
    assert expectation.expect == "SERVED" and expectation.visits == ("SERVED", "SERVED")
    assert expectation.legit == {"origin": (True,), "mitm": (True, True)}
    assert expectation.reasons == () and not expectation.must_refuse
    assert expectation.has_mitm


def test_an_origin_alone() -> None:
    attacked = {"expect": "HELD", "reason": "cert_expired", "present": [{"identity": "expired"}]}
    expectation = Expectation.of(scenario(**attacked))
    assert expectation.legit == {"origin": (False,), "mitm": ()}
    assert expectation.visits == ("HELD",) and expectation.controls_needed == 1
    assert Expectation.of(scenario()).legit["origin"] == (True,)


def test_a_written_legit_wins() -> None:
    attack = [{"kind": "rogue_ca", "legit": True}]
    assert Expectation.of(scenario(attack=attack)).legit["mitm"] == (True,)


def test_an_unknown_variant_is_an_error() -> None:
    wrong: Any = "reversed"
    with pytest.raises(ValueError, match="reversed"):
        Expectation.of(scenario(), wrong)


def test_steps() -> None:
    expectation = Expectation("HELD", ("HELD",), legit={"origin": (True, False), "mitm": (False,)})
    assert [expectation.is_legit("origin", step) for step in (0, 1, 2, 99, None)] == [
        True,
        False,
        False,
        False,
        None,
    ]
    assert expectation.is_legit("mitm", None) is False
    assert expectation.is_legit("nobody", 0) is None
