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
    told = Expectation.of(scenario(**ROGUE))
    assert told.expect == "HELD" and told.visits == ("SERVED", "HELD")
    assert told.reasons == ("pin_mismatch", "chain_untrusted") and told.reason == "pin_mismatch"
    assert told.legit == {"origin": (True,), "mitm": (True, False)}
    assert told.has_mitm and not told.direct and told.must_refuse
    assert told.twins_needed == 2


@pytest.mark.parametrize("variant", ["repinned", "rekeyed"])
def test_in_a_twin_everything_is_legitimate(variant: Any) -> None:
    told = Expectation.of(scenario(**ROGUE), variant)
    assert told.expect == "SERVED" and told.visits == ("SERVED", "SERVED")
    assert told.legit == {"origin": (True,), "mitm": (True, True)}
    assert told.reasons == () and not told.must_refuse
    assert told.has_mitm


def test_an_origin_alone() -> None:
    lying = {"expect": "HELD", "reason": "cert_expired", "present": [{"identity": "expired"}]}
    told = Expectation.of(scenario(**lying))
    assert told.legit == {"origin": (False,), "mitm": ()}
    assert told.visits == ("HELD",) and told.twins_needed == 1
    assert Expectation.of(scenario()).legit["origin"] == (True,)


def test_a_written_legit_wins() -> None:
    attack = [{"kind": "rogue_ca", "legit": True}]
    assert Expectation.of(scenario(attack=attack)).legit["mitm"] == (True,)


def test_an_unknown_variant_is_an_error() -> None:
    wrong: Any = "reversed"
    with pytest.raises(ValueError, match="reversed"):
        Expectation.of(scenario(), wrong)


def test_steps() -> None:
    told = Expectation("HELD", ("HELD",), legit={"origin": (True, False), "mitm": (False,)})
    assert [told.is_legit("origin", step) for step in (0, 1, 2, 99, None)] == [
        True,
        False,
        False,
        False,
        None,
    ]
    assert told.is_legit("mitm", None) is False
    assert told.is_legit("nobody", 0) is None
