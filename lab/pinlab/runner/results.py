"""One entry of the results, the counts of a run, and its exit status.

Values and rules only: no file is written here, and nothing is judged again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pinlab.core.enums import ExitStatus, ReasonSource, ResultOutcome, Verdict
from pinlab.judge.verdicts import Judgement

ControlLine = tuple[str, str]
"""A control as (scenario, verdict)."""


@dataclass(frozen=True)
class Result:
    """One scenario met by one client: an entry of results.json. Durations in ms, bytes are decrypted ones.

    `unpinned` is what a correct client without pins comes to. `known` is the reason of the known deviation
    that excuses it. `transcript` is for reports, never in the JSON.
    """

    scenario: str
    tls: str
    via: str
    client: str
    expected: str
    verdict: str
    outcome: str
    cause: str = ""
    reason: str | None = None
    expected_reason: str | None = None
    reason_source: str = ReasonSource.NONE
    late: bool = False
    controls: tuple[ControlLine, ...] = ()
    known: str | None = None
    duration_ms: int = 0
    cpu_ms: int = 0
    canary_at_attacker: bool = False
    app_bytes_at_attacker: int = 0
    canary_at_origin: bool = False
    evidence: str | None = None
    unpinned: str | None = None
    transcript: str = field(default="", compare=False)

    @classmethod
    def of(
        cls,
        judgement: Judgement,
        *,
        scenario: str,
        tls: str,
        via: str,
        client: str,
        duration_ms: int = 0,
        cpu_ms: int = 0,
        evidence: str | None = None,
        unpinned: str | None = None,
        transcript: str = "",
    ) -> Result:
        """The entry for a judged case; its outcome follows from the verdict alone (`known` excuses)."""
        return cls(
            scenario=scenario,
            tls=tls,
            via=via,
            client=client,
            expected=judgement.expected,
            verdict=judgement.verdict,
            outcome=outcome_of(judgement.verdict, judgement.expected),
            cause=judgement.cause,
            reason=judgement.reason,
            expected_reason=judgement.expected_reason,
            reason_source=judgement.reason_source,
            late=judgement.late,
            controls=tuple((control.id, control.verdict) for control in judgement.controls),
            duration_ms=duration_ms,
            cpu_ms=cpu_ms,
            canary_at_attacker=judgement.canary_at_attacker,
            app_bytes_at_attacker=judgement.app_bytes_at_attacker,
            canary_at_origin=judgement.canary_at_origin,
            evidence=evidence,
            unpinned=unpinned,
            transcript=transcript,
        )

    @classmethod
    def not_run(
        cls,
        word: Verdict,
        why: str,
        *,
        scenario: str,
        tls: str,
        via: str,
        client: str,
        expected: str,
        unpinned: str | None = None,
    ) -> Result:
        """The entry for a case that was not run, SKIPPED or UNSUPPORTED, with the reason by name."""
        outcome = outcome_of(word, expected)
        return cls(scenario, tls, via, client, expected, word, outcome, cause=why, unpinned=unpinned)

    @property
    def family(self) -> str:
        return self.scenario.split("/", 1)[0]

    @property
    def as_expected(self) -> bool:
        """The verdict is the expected one. Whether the run may pass is the outcome's job."""
        return self.verdict == self.expected and self.verdict != Verdict.INCONCLUSIVE

    def to_json(self) -> dict[str, Any]:
        """The entry as `ResultEntry` describes it."""
        controls = [{"scenario": scenario, "verdict": verdict} for scenario, verdict in self.controls]
        return {
            "scenario": self.scenario,
            "tls": self.tls,
            "via": self.via,
            "client": self.client,
            "outcome": str(self.outcome),
            "expected": str(self.expected),
            "verdict": str(self.verdict),
            "as_expected": self.as_expected,
            "reason": self.reason,
            "expected_reason": self.expected_reason,
            "reason_source": str(self.reason_source),
            "late": self.late,
            "control": controls[0] if controls else None,
            "known": self.known,
            "duration_ms": self.duration_ms,
            "canary_at_attacker": self.canary_at_attacker,
            "app_bytes_at_attacker": self.app_bytes_at_attacker,
            "canary_at_origin": self.canary_at_origin,
            "cause": self.cause,
            "cpu_ms": self.cpu_ms,
            "twins": controls,
            "evidence": self.evidence,
            "unpinned": self.unpinned,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Result:
        """Inverse of `to_json`; the transcript is not in it. `as_expected` and `control` follow from the rest."""
        plain = {key: value for key, value in data.items() if key not in ("as_expected", "control", "twins")}
        controls = tuple((control["scenario"], control["verdict"]) for control in data.get("twins", []))
        return cls(**plain, controls=controls)


@dataclass(frozen=True)
class RunFacts:
    """The facts of a run as a whole. `started`: ISO 8601 in UTC; `complete`: not interrupted.

    `sandbox`: the client was confined (see sandbox.py).
    """

    client: str
    client_version: str
    pinlab_version: str
    started: str
    seed: int
    via: str
    complete: bool
    exit_status: int
    sandbox: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "client": self.client,
            "client_version": self.client_version,
            "pinlab_version": self.pinlab_version,
            "started": self.started,
            "seed": self.seed,
            "via": self.via,
            "complete": self.complete,
            "exit_status": int(self.exit_status),
            "sandbox": self.sandbox,
        }


def outcome_of(verdict: str, expected: str) -> ResultOutcome:
    """The verdict in the words of pytest and JUnit."""
    if verdict == Verdict.INCONCLUSIVE:
        return ResultOutcome.ERROR
    if verdict in (Verdict.UNSUPPORTED, Verdict.SKIPPED):
        return ResultOutcome.SKIPPED
    return ResultOutcome.PASSED if verdict == expected else ResultOutcome.FAILED


def confinement(sandbox: object) -> str:
    """What the head of a report adds where the client was confined."""
    return ", confined by bubblewrap" if sandbox else ""


def summarise(results: Iterable[Result]) -> dict[str, int]:
    """How often each of the eight verdicts was reached, all of them named."""
    counts = {str(verdict): 0 for verdict in Verdict}
    for result in results:
        counts[str(result.verdict)] += 1
    return counts


def exit_status(results: Sequence[Result], *, interrupted: bool = False) -> ExitStatus:
    """The exit status of a run: 130 interrupted, else 1 beats 3, and 0 only where something was judged.

    What is known counts as judged; what is unsupported or skipped does not. Usage errors (2) never get here.
    """
    if interrupted:
        return ExitStatus.INTERRUPTED
    outcomes = {result.outcome for result in results}
    if ResultOutcome.FAILED in outcomes:
        return ExitStatus.NOT_AS_EXPECTED
    if outcomes - {ResultOutcome.PASSED, ResultOutcome.SKIPPED}:
        return ExitStatus.INCONCLUSIVE
    judged = any(result.outcome == ResultOutcome.PASSED or result.known is not None for result in results)
    return ExitStatus.OK if judged else ExitStatus.INCONCLUSIVE


PROPERTY = "pinlab"
"""The name of a packed result among the `user_properties` of a pytest item."""


def pack(result: Result) -> str:
    """A result as one text, which is all that is sure to survive the way home from a worker."""
    return json.dumps({"result": result.to_json(), "transcript": result.transcript})


def unpack(text: str) -> Result:
    """The inverse of `pack`."""
    packed = json.loads(text)
    return replace(Result.from_json(packed["result"]), transcript=packed["transcript"])
