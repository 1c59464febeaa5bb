"""What one real connection came to: accepted, refused by the pin or by ordinary validation, or unclear.

It asks the judge whether the client was served, and never guesses: a refusal without a stated reason is distinguished
apart by a control, the same connection with the presented key pinned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pinlab.core.enums import PIN_REASON_PREFIX, Reason, Verdict
from pinlab.judge.verdicts import Judgement

End = Literal["accepted", "pin", "pkix", "refused", "unclear"]
_PKIX = frozenset(
    {
        Reason.CERT_EXPIRED,
        Reason.CERT_NOT_YET_VALID,
        Reason.CERT_REVOKED,
        Reason.CERT_WEAK,
        Reason.CHAIN_MALFORMED,
        Reason.CHAIN_UNTRUSTED,
        Reason.NAME_MISMATCH,
    }
)


@dataclass(frozen=True)
class Reading:
    """How a connection ended."""

    end: End
    """`refused`: for a reason that is not known yet."""
    cause: str
    """What was seen, a clause."""
    reason: str | None = None
    """The reason that the client stated."""
    transcript: str = ""
    """What was seen on the wire, where the end is not the expected one."""


def read(judgement: Judgement, *, forged: bool) -> Reading:
    """Read the judge's word on a connection that was judged as if it were legitimate.

    A client that sends its request to an attacker has accepted it, whatever it claims.
    """
    if judgement.verdict == Verdict.SERVED or (forged and judgement.canary_at_origin):
        return Reading("accepted", judgement.cause)
    if judgement.verdict != Verdict.LOCKED_OUT:
        return Reading("unclear", judgement.cause)
    return Reading(_end(judgement.reason), judgement.cause, judgement.reason)


def distinguished(refused: Reading, control: Reading) -> Reading:
    """Give the reading of a refusal without a reason by its control, where the presented key is pinned."""
    if control.end == "accepted":
        return Reading("pin", f"{refused.cause}; accepted where only the pins differ")
    if control.end == "unclear":
        return Reading("unclear", f"{refused.cause}; its control: {control.cause}")
    return Reading("pkix", f"{refused.cause}; refused also with the presented key pinned")


def _end(reason: str | None) -> End:
    if reason is None:
        return "refused"
    if reason.startswith(PIN_REASON_PREFIX):
        return "pin"
    return "pkix" if reason in _PKIX else "unclear"
