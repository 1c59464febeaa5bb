"""The file that `pinlab run --json` writes, as a model: its schema is published, and `--baseline` reads by it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pinlab.core.models import Strict

SCHEMA = "pinlab.results/1"

Name = Annotated[str, Field(min_length=1)]
CaseId = Annotated[str, Field(pattern=r"^[^/]+/.+$")]
"""family/name; for a control that is derived from a scenario, followed by its variant."""
Count = Annotated[int, Field(ge=0)]


VerdictWord = Literal[
    "HELD", "SERVED", "BREACHED", "LOCKED_OUT", "WRONG_REASON", "UNSUPPORTED", "SKIPPED", "INCONCLUSIVE"
]


class ControlEntry(Strict):
    """A case that had to be accepted before a refusal proves anything."""

    scenario: CaseId
    verdict: VerdictWord


class ResultEntry(Strict):
    """One scenario met by one client."""

    scenario: CaseId
    tls: Literal["1.2", "1.3"]
    via: Name
    """How the client was led to the lab: address, hosts or proxy."""
    client: Name
    outcome: Literal["passed", "failed", "error", "skipped"]
    """failed and error fail a run; a known deviation is skipped."""
    expected: Literal["HELD", "SERVED", "LOCKED_OUT"]
    verdict: VerdictWord
    as_expected: bool
    """verdict equals expected."""
    reason: str | None
    """Why the client refused, as far as witnessed."""
    expected_reason: str | None
    reason_source: Literal["client", "alert", "differential", "none"]
    """Who bore witness to the reason."""
    late: bool
    """Refused only after the handshake."""
    control: ControlEntry | None
    """The first control."""
    known: str | None
    """Why this deviation is known and accepted."""
    duration_ms: Count
    canary_at_attacker: bool
    app_bytes_at_attacker: Count
    """Decrypted application bytes."""
    canary_at_origin: bool
    cause: str = ""
    """The verdict's cause, a sentence for people."""
    cpu_ms: Count = 0
    controls: tuple[ControlEntry, ...] = Field(default=(), strict=False, alias="twins")
    """Every control of the case."""
    evidence: str | None = None
    """The folder in which the evidence was stored."""
    unpinned: Literal["SERVED", "HELD"] | None = None
    """What a correct client without pins comes to."""


class RunEntry(Strict):
    """The facts of the run as a whole."""

    client: Name
    client_version: str
    pinlab_version: Name
    started: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$")]
    """ISO 8601, UTC."""
    seed: int
    via: Name
    complete: bool
    """False when the run was interrupted."""
    exit_status: Literal[0, 1, 2, 3, 130]
    sandbox: bool = False
    """True when the client was confined (--sandbox)."""


class Summary(Strict):
    """How often each verdict was reached."""

    HELD: Count
    SERVED: Count
    BREACHED: Count
    LOCKED_OUT: Count
    WRONG_REASON: Count
    UNSUPPORTED: Count
    SKIPPED: Count
    INCONCLUSIVE: Count


class ResultsDocument(Strict):
    """The results of a pinlab run."""

    format: Literal["pinlab.results/1"] = Field(alias="schema")
    run: RunEntry
    summary: Summary
    results: tuple[ResultEntry, ...] = Field(strict=False)
