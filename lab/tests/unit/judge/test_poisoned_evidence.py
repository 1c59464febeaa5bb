"""The judge on evidence that is nearly a pass. `ci/fuzz judge` tries a million of the same."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pinlab.judge import judge as judging
from pinlab.judge.verdicts import VisitVerdict
from tests.support.judge_fuzzer import POISONS, broken_law, near_miss, noise, transcripts

COUNT = 3000


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_poisoned_evidence_passes(random: Random) -> None:
    assert broken_law(near_miss(random)) is None


def test_nor_does_any_of_a_fixed_few_thousand() -> None:
    random = Random(1)
    poisons = Counter[str]()
    for number in range(COUNT):
        case = near_miss(random)
        poisons[case.poison] += 1
        assert broken_law(case) is None, (number, case)
    assert set(POISONS) <= set(poisons)


def test_every_example_passes_and_noise_leaves_many_alone() -> None:
    random = Random(2)
    assert all(transcripts(random).judged().as_expected for _ in range(200))
    noisy = [noise(random, transcripts(random)).judged().as_expected for _ in range(500)]
    assert 0.3 < sum(noisy) / len(noisy) < 0.95


@pytest.mark.parametrize("rule", ["_breach", "_client_fault", "_lab_faults"])
def test_a_judge_that_forgets_a_rule_is_caught(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    forgets = {"_breach": None, "_client_fault": None, "_lab_faults": ()}
    monkeypatch.setattr(judging, rule, lambda *_: forgets[rule])
    random = Random(3)
    assert any(broken_law(near_miss(random)) for _ in range(COUNT))


def test_so_is_one_that_believes_every_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def credulous(word: str, visit: object, facts: Any, *_: object) -> VisitVerdict:
        return VisitVerdict(word, "refused, says the client", facts.expectation.reason, "client")

    monkeypatch.setattr(judging, "_must_refuse", credulous)
    random = Random(4)
    caught = {case.poison for case in (near_miss(random) for _ in range(COUNT)) if broken_law(case)}
    assert {"nothing_happened", "the_attack_was_not_shown", "a_control_failed"} <= caught
