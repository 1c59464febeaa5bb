"""The model: one client at one edge, shares over time, and the whole against brute force."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pinlab.rotation.model import polynomial
from pinlab.rotation.model.adoption import arrival, days_until, share_of
from pinlab.rotation.model.branches import branched
from pinlab.rotation.model.chain_building import chain_of, chains_of
from pinlab.rotation.model.predict import distinct_cells, predict, standings
from pinlab.rotation.model.predictions import Prediction, Why, judge
from pinlab.rotation.plan.file import plan_from
from pinlab.rotation.plan.fleet import Adoption
from pinlab.rotation.plan.model import Plan
from pinlab.rotation.plan.moments import DAY
from tests.support.rotation_plans import plan, varied

SET = 'pins = { mode = "spki-any", set = ["K1", "K2"] }'


def verdict(
    made: Plan, time: float, certificate: str = "c1", app: int = 0, skew: int = 0
) -> tuple[Prediction, Why]:
    """One client of the first node."""
    entry = made.apps[app]
    chain = chain_of(made, certificate)
    judged = judge(made, entry, entry.pins, made.nodes[-1], chain, round(time * DAY), skew)
    return judged.verdict, judged.why


def pins(text: str) -> Plan:
    """S01 with other pins."""
    return varied("S01", (SET, f"pins = {text}"))


A, F, P, X = (
    Prediction.ACCEPTED_PINNED,
    Prediction.ACCEPTED_UNPINNED,
    Prediction.PIN_REFUSED,
    Prediction.PKI_REFUSED,
)
SECOND = 1 / DAY


@pytest.mark.parametrize(
    ("time", "skew", "expected"),
    [
        (-60 - SECOND, 0, (X, Why.NOT_YET_VALID)),
        (-60, 0, (A, Why.PIN_MATCHED)),
        (30 - SECOND, 0, (A, Why.PIN_MATCHED)),
        (30, 0, (X, Why.EXPIRED)),
        (30 - SECOND, 1, (X, Why.EXPIRED)),
        (30, -1, (A, Why.PIN_MATCHED)),
        (-60, -1, (X, Why.NOT_YET_VALID)),
    ],
)
def test_validity_at_its_edges_by_the_clients_clock(
    time: float, skew: int, expected: tuple[Prediction, Why]
) -> None:
    assert verdict(plan("S01"), time, skew=skew) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{ mode = "spki-any", set = ["I1"] }', (A, Why.PIN_MATCHED)),
        ('{ mode = "spki-any", set = ["R1"] }', (A, Why.PIN_MATCHED)),
        ('{ mode = "spki-any", set = ["K2"] }', (P, Why.PIN_MISMATCH)),
        ('{ mode = "spki-any", set = ["K2"], enforce = false }', (F, Why.NOT_ENFORCED)),
        ('{ mode = "spki-any" }', (F, Why.NO_PINS)),
        ('{ mode = "spki-any", set = ["K2"], hosts = ["other.test"] }', (F, Why.HOST_NOT_COVERED)),
        ('{ mode = "spki-any", set = ["K2"], hosts = ["example.test"] }', (F, Why.HOST_NOT_COVERED)),
        (
            '{ mode = "spki-any", set = ["K2"], hosts = ["example.test"], include_subdomains = true }',
            (P, Why.PIN_MISMATCH),
        ),
        ('{ mode = "android-nsc", set = ["K2"], expiration = "T+5" }', (F, Why.PINS_EXPIRED)),
        ('{ mode = "android-nsc", set = ["K2"], expiration = "T+5.0001" }', (P, Why.PIN_MISMATCH)),
        ('{ mode = "apple-and", leaf = ["K1"], ca = ["R1"] }', (A, Why.PIN_MATCHED)),
        ('{ mode = "apple-and", leaf = ["K1"] }', (A, Why.PIN_MATCHED)),
        ('{ mode = "apple-and", leaf = ["K2"], ca = ["R1"] }', (P, Why.PIN_MISMATCH)),
        ('{ mode = "apple-and", leaf = ["R1"] }', (P, Why.PIN_MISMATCH)),
        ('{ mode = "apple-and", ca = ["K1"] }', (P, Why.PIN_MISMATCH)),
        ('{ mode = "cert-hash", set = ["c1"] }', (A, Why.PIN_MATCHED)),
        ('{ mode = "cert-hash", set = ["c2"] }', (P, Why.PIN_MISMATCH)),
        ('{ mode = "root-store", set = ["R1"] }', (A, Why.PIN_MATCHED)),
        ('{ mode = "root-store", set = ["I1"] }', (X, Why.UNTRUSTED)),
        ('{ mode = "external" }', (Prediction.UNKNOWN, Why.BLACK_BOX)),
    ],
)
def test_what_pins_mean(text: str, expected: tuple[Prediction, Why]) -> None:
    assert verdict(pins(text), 5) == expected


def test_validation_comes_before_the_pin() -> None:
    made = pins('{ mode = "android-nsc", set = ["K2"], expiration = "T-9" }')
    assert verdict(made, 31) == (X, Why.EXPIRED)
    assert verdict(made, 29) == (F, Why.PINS_EXPIRED)


def test_revocation_stapling_distrust_and_vetoes() -> None:
    assert verdict(plan("S09"), 6) == (X, Why.REVOKED)
    assert verdict(plan("S09"), 6 - SECOND) == (A, Why.PIN_MATCHED)
    lax = varied("S09", ('revocation = "hard-fail"\n', ""))
    assert verdict(lax, 6) == (A, Why.PIN_MATCHED)
    assert verdict(plan("S35"), 1, "c2ms") == (X, Why.STAPLE_MISSING)
    assert verdict(varied("S35", ("honours_must_staple = true\n", "")), 1, "c2ms") == (A, Why.PIN_MATCHED)
    gone = varied("S15", ("[issuers.Entrust]", '[issuers.Entrust]\ndistrusted = "T+9"'))
    assert verdict(gone, 9) == (X, Why.DISTRUSTED) and verdict(gone, 8.9) == (A, Why.PIN_MATCHED)
    assert verdict(plan("S38"), 5 / 24 - SECOND) == (X, Why.VETOED)
    assert verdict(plan("S38"), 5 / 24) == (A, Why.PIN_MATCHED)


def test_the_shortest_gap_is_a_second_before_t0() -> None:
    made = varied("S38", ('start = "T+0"', 'start = "T-1s"'), ('end = "T+5h"', 'end = "T+0"'))
    figures = predict(made).figures
    assert figures.peak_locked_out == 1.0
    assert figures.fleet_days == pytest.approx(1 / DAY, abs=1e-6)


def test_a_literal_pin_is_a_pin_for_the_key_that_has_it() -> None:
    pin = f"sha256/{'A' * 43}="
    made = varied(
        "S01", ('set = ["K1", "K2"]', f'set = ["{pin}", "K2"]'), ("[keys.K1]", f'[keys.K1]\nspki = "{pin}"')
    )
    assert verdict(made, 5) == (A, Why.PIN_MATCHED)


def test_chain_variants_are_the_pool_and_the_cross_signs() -> None:
    variants = {chain.variant: chain.issuers for chain in chains_of(plan("S13"), "c2")}
    assert variants == {
        "": ("YE1", "YE"),
        "by way of X1": ("YE1", "YE", "X1"),
        "under YE2": ("YE2", "YE"),
        "under YE2 by way of X1": ("YE2", "YE", "X1"),
    }


def test_a_failure_that_refreshes_the_list_saves_the_day() -> None:
    figures = predict(varied("S22", ('refresh = "7d"', 'refresh = "7d"\non_failure = true'))).figures
    assert (figures.peak_locked_out, figures.fleet_days) == (0.0, 0.0)


def test_adoption_in_steps_holds_each_row() -> None:
    made = varied("S04", ('curve = "T"', "rows = [[0, 0.0], [5, 0.5], [9, 1.0]], steps = true"))
    assert [share_of(made, made.apps[1], day * DAY) for day in (4.9, 5, 8.9, 9)] == [0.0, 0.5, 0.5, 1.0]
    assert predict(made).figures.fleet_days == pytest.approx(2 * 0.5)


def test_telemetry_is_straight_between_days_and_level_outside(tmp_path: Path) -> None:
    rows = "2026-06-01,1.0,1\n2026-06-01,1.1,0\n2026-06-21,1.0,0.2\n2026-06-21,1.1,0.8\n"
    (tmp_path / "v.csv").write_text(f"date,version,share\n{rows}", encoding="utf-8")
    from tests.support.rotation_plans import PLANS

    text = PLANS["S04"].read_text(encoding="utf-8").replace('curve = "T"', 'file = "v.csv"')
    made = plan_from(tomllib.loads(text), tmp_path / "mine.toml")
    figures = predict(made).figures
    assert figures.peak_locked_out == pytest.approx(1 - 0.8 * 7 / 20)
    assert figures.fleet_days == pytest.approx((0.72 + 0.2) / 2 * 13 + 0.2 * 70)
    assert [arrival(made, made.apps[1], share) for share in (0.8, 0.9)] == [20 * DAY, None]


def test_when_a_curve_arrives() -> None:
    assert days_until(Adoption(curve="T"), 0.95) == 90
    assert days_until(Adoption(curve="T"), 0.55) == pytest.approx(5)
    assert days_until(Adoption(curve="S"), 0.95) is None


def test_distinct_cells_are_what_a_client_can_tell_apart() -> None:
    prediction = predict(plan("S07"))
    cells = distinct_cells(prediction)
    assert len(prediction.cells) == 8, "two releases, two nodes, two certificates each"
    assert sorted((cell.app, cell.certificate, str(cell.verdict)) for cell in cells) == [
        ("1.0", "c1", "A"),
        ("1.0", "c2", "P"),
        ("1.1", "c1", "A"),
        ("1.1", "c2", "A"),
    ]
    for cell in prediction.cells:
        assert cell.start < cell.probe < cell.until and 0 < cell.share <= cell.peak + 1e-9
        rows = standings(plan("S07"), cell.probe)
        (same,) = [row for row in rows if (row.population.app.id, row.face.node.id) == (cell.app, cell.node)]
        assert same.judged.verdict == cell.verdict and same.chain.certificate == cell.certificate


def sampled(made: Plan, steps: int) -> tuple[float, float, float]:
    """Peak, fleet-days and unpinned fleet-days by brute force, at the middle of each step."""
    peak = locked = unpinned = 0.0
    length = (made.end - made.start) / steps
    for number in range(steps):
        time = made.start + (number + 0.5) * length
        out = free = 0.0
        for standing in standings(made, time):
            share = standing.population.size(made, time) * standing.face.weight * (1 - standing.resumed)
            out += share * standing.judged.verdict.is_locked_out
            free += share * (standing.judged.verdict is Prediction.ACCEPTED_UNPINNED)
        peak, locked, unpinned = max(peak, out), locked + out * length / DAY, unpinned + free * length / DAY
    return peak, locked, unpinned


@pytest.mark.parametrize("name", ["S06", "S18", "S19", "S22", "S25", "S27", "S29", "S32", "S34", "S37"])
def test_figures_agree_with_brute_force(name: str) -> None:
    steps = 480
    figures, (peak, locked, unpinned) = predict(plan(name)).figures, sampled(plan(name), steps)
    step = (plan(name).end - plan(name).start) / DAY / steps
    assert figures.fleet_days == pytest.approx(locked, abs=2 * step)
    assert figures.unpinned_fleet_days == pytest.approx(unpinned, abs=2 * step)
    assert peak - 1e-9 <= figures.peak_locked_out <= peak + 0.05


@given(
    release=st.integers(-20, 40),
    second=st.integers(0, 30),
    held=st.floats(0.05, 0.95),
    switch=st.integers(1, 59),
    weight=st.floats(0.1, 0.9),
)
@settings(max_examples=15, deadline=None, derandomize=True)
def test_any_plan_agrees_with_brute_force(
    release: int, second: int, held: float, switch: int, weight: float
) -> None:
    """A staged release that its successor overtakes, on two nodes; half-day samples lie between all edges."""
    held_back = f'{{ at = "T{release:+d}", share = {held:.4f} }}'
    text = f"""
        pins = {{ set = ["K1", "K2"] }}
        stages = [{held_back}, {{ at = "T{release + 35:+d}", share = 1.0 }}]
        [[apps]]
        id = "1.2"
        release = "T{release + second:+d}"
        pins = {{ set = ["K2"] }}
    """
    made = varied(
        "S07",
        ('pins = { mode = "spki-any", set = ["K1", "K2"] }', text),
        ('release = "T-30"', f'release = "T{release:+d}"'),
        ('"T+3"', f'"T+{switch}"'),
        ('window = ["T-1", "T+10"]', 'window = ["T-1", "T+60"]'),
    )
    nodes = tuple(
        node.model_copy(update={"weight": share})
        for node, share in zip(made.nodes, (weight, 1 - weight), strict=True)
    )
    made = made.model_copy(update={"nodes": nodes})
    figures, (peak, locked, _) = predict(made).figures, sampled(made, 122)
    assert figures.fleet_days == pytest.approx(locked, abs=0.02)
    assert figures.peak_locked_out >= peak - 1e-6
    assert sum(share_of(made, app, 20.5 * DAY) for app in made.apps) == pytest.approx(1)


values = st.floats(-1, 1)


@given(values, values, values, values)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_polynomials(a: float, b: float, c: float, d: float) -> None:
    poly = (a, b, c, d)
    at = [polynomial.value(poly, node) for node in polynomial.NODES]
    again = polynomial.through((at[0], at[1], at[2], at[3]))
    assert again == pytest.approx(poly, abs=1e-9)
    fine = [polynomial.value(poly, (number + 0.5) / 2000) for number in range(2000)]
    assert polynomial.integral(poly) == pytest.approx(sum(fine) / 2000, abs=1e-5)
    assert polynomial.peak(poly)[0] >= max(fine) - 1e-9
    limit = (max(fine) + min(fine)) / 2
    assert polynomial.over(poly, limit) == pytest.approx(
        sum(value > limit for value in fine) / 2000, abs=0.003
    )
    last = polynomial.last_over(poly, limit)
    highest = max((number for number, value in enumerate(fine) if value > limit), default=None)
    if highest is not None:
        assert last == pytest.approx((highest + 0.5) / 2000, abs=0.001)
    assert polynomial.last_over(poly, max(fine) + 0.1) is None


BRANCHES = [
    ("S01", 'kind = "compromise"\nkey = "K1"\nat = "T+5"\nto = "e2"', 0.0, 0.0),
    ("S04", 'kind = "compromise"\nkey = "K2"\nat = "T+8"\nwithin = "24h"\nto = "c1"', 1.0, 70.6629),
    ("S06", 'kind = "distrust"\nissuer = "R1"\nat = "T+40"\nto = "c2"', 1.0, 41.06),
    ("S02", 'kind = "early_renewal"\ncertificate = "c2"\nat = "T+1"', 0.0, 0.0),
    ("S04", 'kind = "early_renewal"\ncertificate = "c2"\nat = "T+3"', 0.55, 11.165),
    ("S04", 'kind = "release_slip"\nby = "6d"', 0.75, 12.153),
    ("S11", 'kind = "rollback"\nat = "T+3"\nuntil = "T+4"', 1.0, 1.5),
    ("S01", 'kind = "ca_outage"\nat = "T-1"\nby = "40d"', 1.0, 9.0),
    ("S07", 'kind = "node_stuck"\nnode = "lb-b"', 0.06, 0.5583),
    ("S01", 'kind = "node_stuck"\nnode = "all"', 1.0, 30.0),
]


@pytest.mark.parametrize(("name", "text", "peak", "fleet_days"), BRANCHES)
def test_branches(name: str, text: str, peak: float, fleet_days: float) -> None:
    made = varied(name, ("[gate]", f"[[branches]]\n{text}\n\n[gate]"))
    figures = predict(branched(made, made.branches[-1])).figures
    assert figures.peak_locked_out == pytest.approx(peak, abs=1e-4)
    assert figures.fleet_days == pytest.approx(fleet_days, abs=1e-3)
