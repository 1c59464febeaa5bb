"""Plays the scenes: real servers, a real attacker and real clients, judged as in every run.

It tells nothing by itself; it gives sentences and verdicts to whoever shows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pinlab.demo.acts import ACTS, Act, Scene
from pinlab.demo.words import Cast, Sentence, observed, told
from pinlab.loading import Flaws, Kinds
from pinlab.plan import Case
from pinlab.runner import Bench
from pinlab.settings import Settings
from pinlab.words import Verdict


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
        """Whether it came to what the story says."""
        return self.verdict == self.scene.ends


class Stage:
    """The benches of a demonstration, one for each client; they share a run folder and its worlds."""

    def __init__(self, folder: Path, seed: int, now: int, kinds: Kinds, flaws: Flaws) -> None:
        """`now` in Unix seconds. Raises what Bench.open raises."""
        self._plain = Settings(run_folder=str(folder), seed=seed, now=now, via="address")
        self._first = Bench.open(self._plain, kinds, flaws)
        self._benches: dict[str, Bench] = {}

    def acts(self) -> Iterator[tuple[Act, Iterator[Played]]]:
        """Each act with its scenes, which are played as they are asked for."""
        for act in ACTS:
            yield act, (self.play(scene) for scene in act.scenes)

    def play(self, scene: Scene) -> Played:
        """Make the connections of a scene now, and judge them."""
        bench = self._bench(scene.client)
        scenario, client = bench.catalogue.scenario(scene.scenario), bench.adapter.identity()
        case = Case(scenario, bench.catalogue.cast, scene.tls, "address", client, scene.variant)
        evidence, judgement = bench.examine(case)
        pins = bench.world(case).pins(case.pins)
        met = Cast(
            impostor=scenario.has_mitm,
            pinned=None if bench.adapter.pins == "none" or pins is None else tuple(pins),
            secrets=tuple(bench.canaries(case)),
        )
        # With its pins replaced a client accepts the lie as that twin must; for its user it is a breach.
        robbed = any(seen.who == "mitm" for seen in observed(evidence.visits, "canary_seen"))
        verdict = Verdict.BREACHED if robbed else judgement.verdict
        twins = tuple((twin.id, twin.verdict) for twin in judgement.twins)
        return Played(scene, told(evidence.visits, met), verdict, judgement.cause, twins)

    def _bench(self, client: str) -> Bench:
        if client not in self._benches:
            settings = replace(self._plain, client=client)
            self._benches[client] = Bench(settings, self._first.catalogue, settings.adapter())
        return self._benches[client]
