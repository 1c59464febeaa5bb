"""Whatever a table holds, the loader gives a scenario or complaints in its own shape, and nothing else."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pinlab.catalogue.checks.consistency import check_sense
from pinlab.catalogue.checks.references import check_names
from pinlab.catalogue.registry import KindInfo, ParamInfo
from pinlab.catalogue.scenario import Entry, Scenario
from pinlab.core.errors import FileError
from pinlab.core.toml import read_model
from pinlab.pki.cast import AuthorityEntry, Cast, Deviations, IdentityEntry, OwnIdentity
from tests.support.worlds import standard_cast

GOOD: dict[str, Any] = {
    "doc": "An honest server, which is accepted.",
    "expect": "SERVED",
    "id": "f/x",
    "file": "f.toml",
}
KINDS = {
    "pass_through": KindInfo(name="pass_through", summary="relays"),
    "rogue_ca": KindInfo(name="rogue_ca", summary="copies", params=(ParamInfo(name="key", type="string"),)),
}
WORDS = st.sampled_from(
    [
        "HELD",
        "SERVED",
        "1.3",
        "active",
        "root",
        "rogue_ca",
        "key",
        "kind",
        "identity",
        "raw",
        "pin_mismatch",
        "self",
        "names",
    ]
)
LEAVES = st.one_of(
    st.booleans(), st.integers(-5, 5), st.floats(allow_nan=False), WORDS, st.text(max_size=8), st.dates()
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(WORDS, st.text(max_size=5)), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = st.one_of(st.sampled_from(sorted(Entry.model_fields)), st.text(max_size=6))
CAST = standard_cast()


@settings(deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_a_table_becomes_a_scenario_or_complaints(table: dict[str, Any]) -> None:
    try:
        scenario = read_model(Scenario, {**GOOD, **table}, file="f.toml", table="x")
    except FileError as failure:
        assert failure.problems
        assert all(problem.startswith("f.toml [x]") for problem in failure.problems)
        return
    problems = [
        *check_sense(scenario, {scenario.id: scenario}),
        *check_names(scenario, CAST.deviate(scenario.world), KINDS, {}),
    ]
    assert all(problem.startswith(scenario.file) for problem in problems)
    for word in (scenario.summary, *scenario.steps_legit("mitm"), *scenario.expected_visits):
        assert word is not None


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["names", "not_after", "serial", "is_ca", "chain", "digest"]), VALUES, max_size=3
    ),
    st.sampled_from(["active", "renewed", "brand_new"]),
)
def test_deviating_twice_is_deviating_once_with_the_later_word(fields: dict[str, Any], name: str) -> None:
    try:
        change = read_model(Deviations, {"identities": {name: fields}}, file="f.toml")
    except FileError:
        return
    once: Cast = CAST.deviate(change)
    assert once.deviate(change) == once
    assert set(once.identities) == {*CAST.identities, name}
    untouched = set(once.identities) - {name}
    assert all(once.identities[other] == CAST.identities[other] for other in untouched)


def test_the_users_own_identity_stands_in_front_and_outlives_a_deviation() -> None:
    own = {"next": OwnIdentity(chain_file="/a.pem", key_file="/a.key")}
    change = Deviations(
        identities={"next": IdentityEntry(names=("x.test",))}, authorities={"a": AuthorityEntry()}
    )
    recipe = CAST.with_own(own).deviate(change).to_recipe()
    assert recipe["identities"]["next"] == {"chain_file": "/a.pem", "key_file": "/a.key"}
