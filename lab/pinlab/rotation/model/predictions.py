"""The verdict of one client on one chain at one time: a pure function, and the heart of the model.

Ordinary validation comes first and the pin second, as in every client: an expired certificate is X whatever
is pinned. It knows no shares, no edges and no handshakes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pinlab.rotation.model.chain_building import Chain
from pinlab.rotation.model.pin_match import is_pinned
from pinlab.rotation.model.validity import validity
from pinlab.rotation.plan.apps import App, AppPins
from pinlab.rotation.plan.fleet import Node
from pinlab.rotation.plan.model import Plan


class Prediction(StrEnum):
    """What a client does with what it is shown."""

    ACCEPTED_PINNED = "A"
    """Accepted, and a pin matched."""
    ACCEPTED_UNPINNED = "F"
    """Accepted although pinning is not in force: fail-open."""
    PIN_REFUSED = "P"
    """Rejected by the pin: LOCKED_OUT."""
    PKI_REFUSED = "X"
    """Rejected by ordinary validation: LOCKED_OUT."""
    UNKNOWN = "?"
    """Not predicted: the client is a black box."""

    @property
    def is_locked_out(self) -> bool:
        """Say whether users of this cell are LOCKED_OUT."""
        return self in (Prediction.PIN_REFUSED, Prediction.PKI_REFUSED)


class Why(StrEnum):
    """The reason of a verdict; words of pinlab's reasons where they have one."""

    PIN_MATCHED = "pin_matched"
    PIN_MISMATCH = "pin_mismatch"
    PINS_EXPIRED = "pins_expired"
    NO_PINS = "no_pins"
    NOT_ENFORCED = "pins_not_enforced"
    HOST_NOT_COVERED = "host_not_covered"
    EXPIRED = "cert_expired"
    NOT_YET_VALID = "cert_not_yet_valid"
    REVOKED = "cert_revoked"
    DISTRUSTED = "ca_distrusted"
    UNTRUSTED = "chain_untrusted"
    STAPLE_MISSING = "staple_missing"
    VETOED = "policy_veto"
    BLACK_BOX = "black_box"


@dataclass(frozen=True)
class Predicted:
    """A verdict with its reason."""

    verdict: Prediction
    why: Why


def judge(
    plan: Plan, app: App, pins: AppPins, node: Node, chain: Chain, time: int, skew: int = 0
) -> Predicted:
    """Say what a client of `app` with `pins` makes of `chain`, shown by `node` at `time`.

    Validity is half-open, [notBefore, notAfter): RFC 5280 counts the last second in, the model does not.
    """
    if (fault := _pkix_fault(plan, app, node, chain, time, skew)) is not None:
        return Predicted(Prediction.PKI_REFUSED, fault)
    if pins.mode == "external":
        return Predicted(Prediction.UNKNOWN, Why.BLACK_BOX)
    if not covers(plan, pins, plan.host_of(node)):
        return Predicted(Prediction.ACCEPTED_UNPINNED, Why.HOST_NOT_COVERED)
    if pins.mode == "root-store":
        if is_pinned(plan, pins, chain):
            return Predicted(Prediction.ACCEPTED_PINNED, Why.PIN_MATCHED)
        return Predicted(Prediction.PKI_REFUSED, Why.UNTRUSTED)
    if not pins.names:
        return Predicted(Prediction.ACCEPTED_UNPINNED, Why.NO_PINS)
    if pins.expiration is not None and time + skew >= pins.expiration:
        return Predicted(Prediction.ACCEPTED_UNPINNED, Why.PINS_EXPIRED)
    if is_pinned(plan, pins, chain):
        return Predicted(Prediction.ACCEPTED_PINNED, Why.PIN_MATCHED)
    if not pins.enforce:
        return Predicted(Prediction.ACCEPTED_UNPINNED, Why.NOT_ENFORCED)
    return Predicted(Prediction.PIN_REFUSED, Why.PIN_MISMATCH)


def covers(plan: Plan, pins: AppPins, host: str) -> bool:
    """Say whether a pin set speaks about a host; one without hosts speaks about every host of the plan."""
    if not pins.hosts:
        return True
    below = pins.include_subdomains and any(host.endswith(f".{name}") for name in pins.hosts)
    return host in pins.hosts or below


def _pkix_fault(plan: Plan, app: App, node: Node, chain: Chain, time: int, skew: int) -> Why | None:
    certificate = plan.certificates[chain.certificate]
    start, end = validity(plan, chain.certificate)
    if time + skew < start:
        return Why.NOT_YET_VALID
    if time + skew >= end:
        return Why.EXPIRED
    if any(_is_past(plan.issuers[name].distrusted, time) for name in chain.issuers):
        return Why.DISTRUSTED
    if app.revocation == "hard-fail" and _is_past(certificate.revoked, time):
        return Why.REVOKED
    if certificate.must_staple and app.honours_must_staple and not node.staples:
        return Why.STAPLE_MISSING
    if any(veto.feed in app.consults and veto.start <= time < veto.end for veto in plan.vetoes):
        return Why.VETOED
    return None


def _is_past(moment: int | None, time: int) -> bool:
    return moment is not None and time >= moment
