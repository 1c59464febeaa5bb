"""Plays the scenes: real servers, a real attacker and real clients, judged as in every run.

It tells nothing by itself; it gives sentences and verdicts to anyone who shows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pinlab.core.enums import Verdict
from pinlab.demo.script import ACTS, Act, Scene
from pinlab.demo.sentences import Cast, Sentence, observed, told
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.cases import Case
from pinlab.runner.load_catalogue import Flaws, Kinds
from pinlab.runner.settings import Settings


@dataclass(frozen=True)
class Played:
    """A scene as it went: what was seen, the verdict, its cause, and the twins that make it credible."""

    scene: Scene
    sentences: tuple[Sentence, ...]
    verdict: str
    cause: str
    twins: tuple[tuple[str, str], ...]

    @property
    def as_told(self) -> bool:
        """Whether it came to what the transcript says."""
        return self.verdict == self.scene.ends


class Stage:
    """The case runners of a demonstration, one for each client; they share a run folder and its worlds."""

    def __init__(self, folder: Path, seed: int, now: int, kinds: Kinds, flaws: Flaws) -> None:
        """`now` in Unix seconds. Raises what CaseRunner.open raises."""
        self._plain = Settings(run_folder=str(folder), seed=seed, now=now, via="address")
        self._first = CaseRunner.open(self._plain, kinds, flaws)
        self._benches: dict[str, CaseRunner] = {}

    def acts(self) -> Iterator[tuple[Act, Iterator[Played]]]:
        """Each act with its scenes, which are played as they are asked for."""
        for act in ACTS:
            yield act, (self.play(scene) for scene in act.scenes)

    def play(self, scene: Scene) -> Played:
        """Make the connections of a scene now, and judge them."""
        case_runner = self._bench(scene.client)
        scenario, client = case_runner.catalogue.scenario(scene.scenario), case_runner.adapter.identity()
        case = Case(scenario, case_runner.catalogue.cast, scene.tls, "address", client, scene.variant)
        evidence, judgement = case_runner.examine(case)
        pins = case_runner.world(case).pins(case.pins)
        met = Cast(
            impostor=scenario.has_mitm,
            pinned=None if case_runner.adapter.pins == "none" or pins is None else tuple(pins),
            secrets=tuple(case_runner.canaries(case)),
        )
        # With its pins replaced a client accepts the lie as that twin must; for its user it is a breach.
        robbed = any(seen.who == "mitm" for seen in observed(evidence.visits, "canary_seen"))
        verdict = Verdict.BREACHED if robbed else judgement.verdict
        twins = tuple((twin.id, twin.verdict) for twin in judgement.twins)
        return Played(scene, told(evidence.visits, met), verdict, judgement.cause, twins)

    def _bench(self, client: str) -> CaseRunner:
        if client not in self._benches:
            settings = replace(self._plain, client=client)
            self._benches[client] = CaseRunner(settings, self._first.catalogue, settings.adapter())
        return self._benches[client]
