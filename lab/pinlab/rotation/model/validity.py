"""How long a certificate really lives: what the plan asks for, cut to what a public CA may issue that day.

The limits are those of CA/Browser Forum ballot SC-081v3 (398, 200, 100 and 47 days).
"""

from __future__ import annotations

from datetime import date, timedelta

from pinlab.rotation.plan.model import Plan
from pinlab.rotation.plan.moments import DAY, start_of
from pinlab.rotation.plan.pki import PlanCertificate

LIMITS = (
    (date(2029, 3, 15), 47),
    (date(2027, 3, 15), 100),
    (date(2026, 3, 15), 200),
    (date(1970, 1, 1), 398),
)
"""From which day, and how many days a publicly trusted certificate may live; the latest first."""


def limit_on(plan: Plan, moment: int) -> int:
    """Give the public limit for a certificate issued at that moment, in seconds."""
    day = (start_of(plan.t0) + timedelta(seconds=moment)).date()
    return next(days for start, days in LIMITS if day >= start) * DAY


def asked_life(certificate: PlanCertificate) -> int:
    """Give the life that the plan asks for, in seconds."""
    if certificate.lifetime is not None:
        return certificate.lifetime
    return (certificate.not_after or 0) - (certificate.not_before or 0)


def validity(plan: Plan, name: str) -> tuple[int, int]:
    """Give notBefore and notAfter of a certificate as it will be issued.

    Only a `lifetime`, which is a wish, is cut; a `not_after` is a fact.
    """
    certificate = plan.certificates[name]
    start = certificate.not_before or 0
    life = asked_life(certificate)
    if certificate.lifetime is not None and plan.issuers[certificate.issuer].public:
        life = min(life, limit_on(plan, start))
    return start, start + life
