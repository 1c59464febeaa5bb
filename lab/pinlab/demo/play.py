"""Plays the demonstrations: real servers, a real attacker and real clients, judged as in every run.

It tells nothing by itself; it gives sentences and verdicts to anyone who shows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pinlab.core.enums import Verdict
from pinlab.demo.script import CHAPTERS, Chapter, Demonstration
from pinlab.demo.sentences import DemoContext, Sentence, observed, sentences_of
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.cases import Case
from pinlab.runner.load_catalogue import Flaws, Kinds
from pinlab.runner.settings import Settings


@dataclass(frozen=True)
class PlayedDemonstration:
    """A demonstration as it went: what was seen, the verdict, its cause, and the controls that make it credible."""

    demonstration: Demonstration
    sentences: tuple[Sentence, ...]
    verdict: str
    cause: str
    controls: tuple[tuple[str, str], ...]

    @property
    def as_expected(self) -> bool:
        """Whether it came to what the transcript says."""
        return self.verdict == self.demonstration.ends


class DemoLab:
    """The case runners of a demonstration, one for each client; they share a run folder and its worlds."""

    def __init__(self, folder: Path, seed: int, now: int, kinds: Kinds, flaws: Flaws) -> None:
        """`now` in Unix seconds. Raises what CaseRunner.open raises."""
        self._plain = Settings(run_folder=str(folder), seed=seed, now=now, via="address")
        self._first = CaseRunner.open(self._plain, kinds, flaws)
        self._case_runners: dict[str, CaseRunner] = {}

    def chapters(self) -> Iterator[tuple[Chapter, Iterator[PlayedDemonstration]]]:
        """Each chapter with its demonstrations, which are played as they are asked for."""
        for chapter in CHAPTERS:
            yield chapter, (self.play(demonstration) for demonstration in chapter.demonstrations)

    def play(self, demonstration: Demonstration) -> PlayedDemonstration:
        """Make the connections of a demonstration now, and judge them."""
        case_runner = self._case_runner(demonstration.client)
        scenario, client = (
            case_runner.catalogue.scenario(demonstration.scenario),
            case_runner.adapter.identity(),
        )
        case = Case(
            scenario, case_runner.catalogue.cast, demonstration.tls, "address", client, demonstration.variant
        )
        evidence, judgement = case_runner.examine(case)
        pins = case_runner.world(case).pins(case.pins)
        met = DemoContext(
            impostor=scenario.has_mitm,
            pinned=None if case_runner.adapter.pins == "none" or pins is None else tuple(pins),
            secrets=tuple(case_runner.canaries(case)),
        )
        # With its pins replaced a client accepts the attack as that control must; for its user it is a breach.
        robbed = any(seen.who == "mitm" for seen in observed(evidence.visits, "canary_seen"))
        verdict = Verdict.BREACHED if robbed else judgement.verdict
        controls = tuple((control.id, control.verdict) for control in judgement.controls)
        return PlayedDemonstration(
            demonstration, sentences_of(evidence.visits, met), verdict, judgement.cause, controls
        )

    def _case_runner(self, client: str) -> CaseRunner:
        if client not in self._case_runners:
            settings = replace(self._plain, client=client)
            self._case_runners[client] = CaseRunner(settings, self._first.catalogue, settings.adapter())
        return self._case_runners[client]
