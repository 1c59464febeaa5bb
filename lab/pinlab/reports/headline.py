"""The one line that a run comes to: attacks refused for the right reason, secrets lost, users locked out.

Shared by the reports that people read first. Counts only; it judges nothing again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pinlab.core.enums import ResultOutcome, Verdict
from pinlab.runner.results import Result


@dataclass(frozen=True)
class Headline:
    """What a run comes to, in cases.

    `refused`: attacks refused for the right reason; `attacks`: all that had to be and were tried.
    `lost`: cases in which the attacker read application bytes. `served` of `genuine`: legitimate
    presentations that were accepted. `locked_out`: legitimate ones refused though they had to be accepted.
    """

    refused: int
    attacks: int
    lost: int
    served: int
    genuine: int
    locked_out: int
    unclear: int

    @classmethod
    def of(cls, results: Sequence[Result]) -> Headline:
        """The counts of a run; what was skipped or is unsupported counts nowhere."""
        tried = [result for result in results if result.verdict not in (Verdict.SKIPPED, Verdict.UNSUPPORTED)]
        attacks = [result for result in tried if result.expected != Verdict.SERVED]
        genuine = [result for result in tried if result.expected == Verdict.SERVED]
        return cls(
            refused=sum(attack.as_expected for attack in attacks),
            attacks=len(attacks),
            lost=sum(result.verdict == Verdict.BREACHED for result in tried),
            served=sum(result.verdict == Verdict.SERVED for result in genuine),
            genuine=len(genuine),
            locked_out=sum(result.verdict == Verdict.LOCKED_OUT for result in genuine),
            unclear=sum(result.outcome == ResultOutcome.ERROR for result in tried),
        )

    def parts(self) -> list[str]:
        """The counts in words, the gravest last where there is any."""
        words = [
            f"{self.refused} of {self.attacks} attacks refused for the right reason",
            f"{self.served} of {self.genuine} genuine servers accepted",
            f"{self.lost} {'secret' if self.lost == 1 else 'secrets'} lost",
        ]
        words += [f"{self.locked_out} locked out"] if self.locked_out else []
        words += [f"{self.unclear} not concluded"] if self.unclear else []
        return words
