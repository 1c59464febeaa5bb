"""What a plan says of its limits and of what might go otherwise: the gate, margins and branches."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from pinlab.core.durations import Duration
from pinlab.core.models import Strict
from pinlab.rotation.plan.moments import DAY, Moment

BranchKind = Literal[
    "compromise", "distrust", "early_renewal", "release_slip", "rollback", "ca_outage", "node_stuck"
]
_NEEDS: dict[str, tuple[str, ...]] = {
    "compromise": ("key", "at", "to"),
    "distrust": ("issuer", "at", "to"),
    "early_renewal": ("certificate", "at"),
    "release_slip": ("by",),
    "rollback": ("at", "until"),
    "ca_outage": ("at", "by"),
    "node_stuck": ("node",),
}


class Gate(Strict):
    """What is still acceptable. Shares are fractions: 0.005 is half a per cent."""

    max_locked_out: float = Field(default=0.005, ge=0, le=1)
    """The largest share of connections that may be locked out at one time."""
    max_fleet_days: float = Field(default=0.02, ge=0)
    """The largest sum of lock-out over the window, in days of the whole fleet."""
    max_unpinned_fleet_days: float = Field(default=0.0, ge=0)
    """The largest sum of connections without pinning in force."""
    target_adoption: float = Field(default=0.95, gt=0, le=1)
    """The share at which a release counts as arrived."""
    supported_from: tuple[str, ...] = Field(default=(), strict=False)
    """The oldest supported release of each platform: ["1.1"]; a platform without one supports all."""
    fail_on: Literal["error", "warning"] = "error"
    """The lowest severity of finding that fails the gate."""


class Margins(Strict):
    """Times that a careful plan leaves."""

    clock: Duration = Field(default=2 * DAY, ge=0)
    """Between notBefore and the first service: clients' clocks are wrong by hours and days."""
    end: Duration = Field(default=2 * DAY, ge=0)
    """Between the last service and notAfter."""
    rollback: Duration = Field(default=7 * DAY, ge=0)
    """How long after a cut-over one must be able to go back."""
    release_slip: Duration = Field(default=14 * DAY, ge=0)
    """By how much a release may come late: review, freeze, halt."""
    ca_outage: Duration = Field(default=3 * DAY, ge=0)
    """How long the CA may be down when a renewal is due."""
    emergency: Duration = Field(default=DAY, gt=0)
    """How soon a compromised key must be out of service (Baseline Requirements 4.9.1.1)."""


class Branch(Strict):
    """Something that may happen instead of the plan."""

    kind: BranchKind
    """What happens: kind = "compromise"."""
    at: Moment | None = None
    """When it happens."""
    until: Moment | None = None
    """When it is over (rollback)."""
    by: Duration | None = None
    """By how much (release_slip, ca_outage): by = "14d"."""
    within: Duration = 6 * 3_600
    """How soon every node answers it (compromise, distrust): within = "6h"."""
    key: str | None = None
    """The compromised key."""
    issuer: str | None = None
    """The distrusted issuer."""
    certificate: str | None = None
    """The certificate that comes early."""
    node: str | None = None
    """The node that never changes."""
    to: str | None = None
    """The certificate that takes over (compromise, distrust)."""

    @model_validator(mode="after")
    def _is_whole(self) -> Branch:
        missing = [name for name in _NEEDS[self.kind] if getattr(self, name) is None]
        if missing:
            raise ValueError(f'a branch of kind "{self.kind}" needs {" and ".join(missing)}')
        return self

    @property
    def label(self) -> str:
        """Give it in a few words: "compromise K1"."""
        subject = self.key or self.issuer or self.certificate or self.node or ""
        return f"{self.kind} {subject}".strip()
