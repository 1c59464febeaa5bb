"""What the verdicts mean, which is graver, and which are refusals: once, for the judge and for every report."""

from __future__ import annotations

from collections.abc import Mapping

from pinlab.core.enums import Verdict

GRAVITY = (
    Verdict.BREACHED,
    Verdict.LOCKED_OUT,
    Verdict.WRONG_REASON,
    Verdict.INCONCLUSIVE,
    Verdict.UNSUPPORTED,
)
"""What can be wrong, the gravest first. Losing a secret is worse than losing a user."""
REFUSALS = frozenset({Verdict.HELD, Verdict.LOCKED_OUT})
"""The expected verdicts of a client that refuses."""
MEANINGS: Mapping[str, str] = {
    Verdict.HELD: "refused as it should, for the right reason, and no byte reached the wrong party",
    Verdict.SERVED: "accepted as it should, and the canary arrived",
    Verdict.BREACHED: "a party that should have been refused decrypted application bytes, whatever the client claims",
    Verdict.LOCKED_OUT: "a legitimate server was refused: its users are locked out",
    Verdict.WRONG_REASON: "refused, but not for the reason that the scenario is about, which was never tried",
    Verdict.UNSUPPORTED: "the client cannot do this, so nothing is known",
    Verdict.SKIPPED: "not shown to this client, so nothing is known",
    Verdict.INCONCLUSIVE: "the lab could not conclude, and says why; never a pass",
}


def gravity(verdict: str) -> int:
    """0 for the gravest; verdicts that say that nothing is wrong come after all others."""
    return GRAVITY.index(Verdict(verdict)) if verdict in GRAVITY else len(GRAVITY)
