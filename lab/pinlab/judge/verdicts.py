"""What the judge says: verdicts on controls, on visits, and on a whole case.

Values only; they are made by the judge and read by the transcript and the reports.
"""

from __future__ import annotations

from dataclasses import dataclass

from pinlab.core.enums import ReasonSource, Verdict


@dataclass(frozen=True)
class ControlVerdict:
    """How a control ended: its case id, its verdict and why, and the verdict that it had to reach."""

    id: str
    verdict: str
    cause: str = ""
    expected: str = Verdict.SERVED

    @property
    def passed(self) -> bool:
        return self.verdict == self.expected and self.verdict != Verdict.INCONCLUSIVE


@dataclass(frozen=True)
class VisitVerdict:
    """The verdict on one client run; `source` says who bore witness to `reason`; `cause` is a sentence."""

    verdict: str
    cause: str
    reason: str | None = None
    source: str = ReasonSource.NONE
    late: bool = False


@dataclass(frozen=True)
class Judgement:
    """The verdict on a case and all that a result says about it. Bytes are decrypted application bytes."""

    verdict: str
    reason: str | None
    reason_source: str
    late: bool
    cause: str
    canary_at_attacker: bool
    app_bytes_at_attacker: int
    canary_at_origin: bool
    expected: str = ""
    expected_reason: str | None = None
    controls: tuple[ControlVerdict, ...] = ()
    visits: tuple[VisitVerdict, ...] = ()

    @property
    def as_expected(self) -> bool:
        return self.verdict == self.expected and self.verdict != Verdict.INCONCLUSIVE
