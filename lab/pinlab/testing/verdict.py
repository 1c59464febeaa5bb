"""A verdict as a test gets it: the word, why, and the transcript of what the wire saw.

A string with more to say, so that `assert lab.verdict(...) == "HELD"` reads as it should.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from pinlab.clients.former_names import warn
from pinlab.core.enums import ResultOutcome
from pinlab.evidence.model import Observation


class NotAsExpected(AssertionError):
    """A verdict other than the expected one; its text is the transcript."""


class Judged(str):
    """The verdict's word: HELD, SERVED, BREACHED, LOCKED_OUT, WRONG_REASON, INCONCLUSIVE and the rest."""

    result: Mapping[str, Any]
    """The entry that `pinlab run --json` would write."""
    transcript: str
    """The transcript: both witnesses' words, the client's claim, the controls, the command that repeats it."""
    observations: tuple[Observation, ...]
    """What the witnesses saw of the case itself, in order."""

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Judged:
        """The verdict that the lab's process tells."""
        made = cls(message["result"]["verdict"])
        made.result, made.transcript = message["result"], message["transcript"]
        made.observations = tuple(Observation.from_json(line) for line in message["observations"])
        return made

    @property
    def transcript_of(self) -> str:
        """The transcript, under its name of version 0.1."""
        warn("Judged.story", "Judged.transcript")
        return self.transcript

    @property
    def expected(self) -> str:
        """The word that is right for this scenario."""
        return str(self.result["expected"])

    @property
    def cause(self) -> str:
        """Why the verdict is what it is, in one sentence."""
        return str(self.result["cause"])

    @property
    def reason(self) -> str | None:
        """Why the client refused, if it did and if someone bears witness."""
        found = self.result["reason"]
        return None if found is None else str(found)

    def expect(self, word: str | None = None) -> None:
        """Fail with the transcript unless the verdict is `word`, or the scenario's own; skip what was not judged.

        An INCONCLUSIVE is never a pass, whatever is expected.
        """
        __tracebackhide__ = True
        outcome = self.result["outcome"]
        if outcome == ResultOutcome.SKIPPED and word is None:
            pytest.skip(f"{self}: {self.cause}")
        if outcome == ResultOutcome.ERROR or self != (word or self.expected):
            raise NotAsExpected(self.explanation())

    def explanation(self) -> str:
        """The transcript, or where nothing was shown to the client, the cause."""
        return self.transcript or f"{self.result['scenario']}: {self}, expected {self.expected}: {self.cause}"


def seen(observations: Sequence[Observation], what: str) -> list[Observation]:
    """Those of one kind, such as "canary_seen"."""
    return [observation for observation in observations if observation.what == what]
