"""Choices: what --set turns, what it refuses, and what a scenario must say to offer one. Nothing is run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pinlab.catalogue.checks.consistency import check_sense
from pinlab.catalogue.loader import Catalogue, load_catalogue
from pinlab.catalogue.rfc_choices import Choice, changed, choose, offers, read_choices
from pinlab.catalogue.scenario import Scenario
from pinlab.core.errors import FileError
from pinlab.judge.expectation import Expectation

SHIPPED = load_catalogue()
WHY = "a clause that is long enough to be one"
STRICT = Choice(name="strictness", default="reject", why=WHY)
LAX = Choice(name="laxness", default="accept", why=WHY, reason="cert_expired", control="a/control")


def scenario(name: str, **facts: object) -> Scenario:
    plain = {
        "id": f"a/{name}",
        "file": "a.toml",
        "doc": "A scenario made for a test of choices.",
        "why": "so",
    }
    refusal = {"expect": "HELD", "reason": "name_mismatch", "control": "a/control", "caught_by": ["x"]}
    accepted = {"expect": "SERVED", "why": None}
    return Scenario.model_validate({**plain, **(refusal if "attack" in facts else accepted), **facts})


ATTACK = ({"kind": "wrong_name"},)
REFUSED = scenario("refused", attack=ATTACK, choice=STRICT, visits=("HELD", "HELD"))
ACCEPTED = scenario("accepted", choice=LAX)
CONTROL = scenario("control")
CATALOGUE = Catalogue({entry.id: entry for entry in (REFUSED, ACCEPTED, CONTROL)}, {"a": "x"}, SHIPPED.cast)


def complaints(entry: Scenario) -> str:
    return "\n".join(check_sense(entry, {**CATALOGUE.scenarios, entry.id: entry}))


def test_a_refusal_turns_into_an_acceptance_at_every_step() -> None:
    turned = Expectation.of(choose(CATALOGUE, ["strictness=accept"]).scenario("a/refused"))
    assert (turned.expect, turned.visits, turned.reasons) == ("SERVED", ("SERVED", "SERVED"), ())
    assert turned.legit == {"origin": (True,), "mitm": (True,)}


def test_an_acceptance_turns_into_a_refusal_with_reason_and_control() -> None:
    entry = choose(CATALOGUE, ["laxness=reject"]).scenario("a/accepted")
    assert (entry.expect, entry.reasons, entry.control) == ("HELD", ("cert_expired",), "a/control")
    assert entry.steps_legit("origin") == (False,)


def test_the_default_changes_nothing() -> None:
    assert choose(CATALOGUE, ["strictness=reject", "laxness=accept"]) == CATALOGUE
    assert changed(CATALOGUE, ["strictness=reject"]) == frozenset()
    turned = choose(CATALOGUE, ["strictness=accept"])
    assert changed(turned, ["strictness=accept"]) == {"a/refused"}


@pytest.mark.parametrize(
    ("word", "output"),
    [
        ("strictnes=accept", 'did you mean "strictness"'),
        ("strictness=acept", 'did you mean "accept"'),
        ("strictness=", "no way to choose"),
        ("strictness", "NAME=VALUE"),
    ],
)
def test_what_is_not_offered_is_refused(word: str, output: str) -> None:
    with pytest.raises(FileError, match=output):
        read_choices([word], CATALOGUE)


def test_a_choice_must_agree_with_its_scenario() -> None:
    assert complaints(REFUSED) + complaints(ACCEPTED) == ""
    assert 'write default = "reject"' in complaints(REFUSED.model_copy(update={"choice": LAX}))
    assert 'write default = "accept"' in complaints(ACCEPTED.model_copy(update={"choice": STRICT}))
    bare = LAX.model_copy(update={"reason": None, "control": "a/contrl"})
    facts = complaints(ACCEPTED.model_copy(update={"choice": bare}))
    assert "needs a reason" in facts and 'did you mean "a/control"' in facts
    both = STRICT.model_copy(update={"reason": "cert_expired"})
    assert "remove them" in complaints(REFUSED.model_copy(update={"choice": both}))


def test_a_control_cannot_be_turned() -> None:
    turned = replace(CATALOGUE, scenarios={**CATALOGUE.scenarios, "a/control": ACCEPTED})
    assert "name one that is accepted in any case" in "\n".join(check_sense(REFUSED, turned.scenarios))


def test_an_offered_choice_has_a_reason() -> None:
    facts = {name: (default, turned) for name, default, _, turned in offers(SHIPPED)}
    assert facts["cn_fallback"] == ("reject", ("wrong_name/common_name_only",))
    for name, (default, turned) in facts.items():
        value = "accept" if default == "reject" else "reject"
        for entry in turned:
            assert (
                choose(SHIPPED, [f"{name}={value}"]).scenario(entry).expect != SHIPPED.scenario(entry).expect
            )
