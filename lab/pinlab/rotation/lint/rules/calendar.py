"""Rules about dates: ends, margins, early renewals, late releases, limits on validity."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pinlab.core.durations import format_duration
from pinlab.rotation.lint.finding import Complaint, rule
from pinlab.rotation.model.branches import slipped
from pinlab.rotation.model.edges import edges
from pinlab.rotation.model.predict import predict
from pinlab.rotation.model.rotation_model import Handover, RotationModel
from pinlab.rotation.model.validity import asked_life, limit_on, validity
from pinlab.rotation.plan.moments import DAY, format_moment


@rule("ROT011", "overlap-end", "error", "Every node leaves a certificate before it ends, with a margin.")
def overlap_end(model: RotationModel) -> Iterator[Complaint]:
    """The forgotten node: everything is right but one server, until its old certificate expires."""
    for stint in model.stints:
        _, end = validity(model.plan, stint.certificate)
        revoked = model.plan.certificates[stint.certificate].revoked
        least, why = end - model.plan.margins.end, f"ends at {format_moment(end)}"
        if revoked is not None and revoked < least:
            least, why = revoked, f"is revoked at {format_moment(revoked)}"
        if stint.until > least and stint.start < model.plan.end:
            yield Complaint(
                f"node {stint.node.id}",
                f"it serves {stint.certificate} to {format_moment(stint.until)}, and that {why}",
                f"serve its successor on {stint.node.id} before {format_moment(least)}",
            )


@rule(
    "ROT042", "revoke-before-rollout-complete", "error", "No certificate is revoked while a node serves it."
)
def revoke_before_rollout_complete(model: RotationModel) -> Iterator[Complaint]:
    """Clients that hard-fail on revocation lose that node; the others keep it, so no one notices."""
    for stint in model.stints:
        revoked = model.plan.certificates[stint.certificate].revoked
        if revoked is not None and stint.until > revoked:
            yield Complaint(
                f"node {stint.node.id}",
                f"{stint.certificate} is revoked at {format_moment(revoked)}, and it serves that to "
                f"{format_moment(stint.until)}",
                f"change {stint.node.id} first, or revoke from {format_moment(stint.until)} on",
            )


@rule("ROT015", "clock-skew-margin", "warning", "No certificate is served near its notBefore or notAfter.")
def clock_skew_margin(model: RotationModel) -> Iterator[Complaint]:
    """Clients' clocks are wrong by hours and days, mostly slow."""
    margin = model.plan.margins.clock
    for stint in model.stints:
        start, _ = validity(model.plan, stint.certificate)
        if (
            stint.start >= model.plan.start
            and 0 <= stint.start - start < margin
            and not _forced(model, stint.start)
        ):
            yield Complaint(
                f"node {stint.node.id}",
                f"it serves {stint.certificate} {_long(stint.start - start)} after its notBefore; slow "
                "clocks refuse it",
                f"serve it from {format_moment(start + margin)} on, or have it issued earlier",
            )
    for handover in model.handovers:
        _, end = validity(model.plan, handover.old.certificate)
        if 0 <= end - handover.at < margin:
            yield Complaint(
                f"node {handover.new.node.id}",
                f"it serves {handover.old.certificate} to {_long(end - handover.at)} before its "
                "notAfter; fast clocks "
                "refuse it",
                f"change it before {format_moment(end - margin)}",
            )


def _forced(model: RotationModel, at: int) -> bool:
    """Say whether a cut-over answers a revocation: then waiting for clocks would be worse."""
    old = [handover.old.certificate for handover in model.handovers if handover.at == at]
    return any(model.plan.certificates[name].revoked is not None for name in old)


def _long(seconds: int) -> str:
    return f"{seconds / 3600:.3g} h" if seconds < 2 * DAY else f"{seconds / DAY:.3g} days"


@rule(
    "ROT028",
    "renewal-at-any-time",
    "error",
    "The plan holds if an automatic renewal comes at any earlier hour.",
)
def renewal_at_any_time(model: RotationModel) -> Iterator[Complaint]:
    """Renewal information (RFC 9773) may say "now"; the dates of a tool are not yours."""
    for handover in model.handovers:
        renewal = model.plan.certificates[handover.new.certificate].renewal
        if renewal is None or renewal.tool == "manual":
            continue
        worst, at = _worst_before(model, handover)
        if worst > model.plan.gate.max_locked_out + 1e-9:
            key = model.plan.certificates[handover.new.certificate].key
            yield Complaint(
                f"certificate {handover.new.certificate}",
                f"{renewal.tool} may renew it at {format_moment(at)} already; {worst:.1%} of the "
                "supported fleet would "
                "refuse it then",
                f"make the tool keep the key until releases that pin {key} have arrived, or renew by hand",
            )


def _worst_before(model: RotationModel, handover: Handover) -> tuple[float, float]:
    """Give the largest share that would refuse the new certificate before its date, and when."""
    start = max(model.plan.start, handover.old.start)
    if start >= handover.at:
        return 0.0, start
    times = [
        time
        for left, right in pairwise(edges(model.plan, start, handover.at))
        for time in (left + (right - left) * 1e-6, right - (right - left) * 1e-6)
    ]
    node, name = handover.new.node, handover.new.certificate
    return max((model.refusing_share(node, name, time), time) for time in times)


@rule("ROT029", "renewal-slack", "warning", "A renewal can be late by the declared CA outage.")
def renewal_slack(model: RotationModel) -> Iterator[Complaint]:
    """A CA may be down over a week-end, and a certificate of six days does not wait."""
    most = model.plan.margins.ca_outage
    for handover in model.handovers:
        old, new = handover.old.certificate, handover.new.certificate
        entry = model.plan.certificates[new]
        start, end = validity(model.plan, old)
        slacks = [end - validity(model.plan, new)[0]]
        if entry.renewal and entry.renewal.renew_after is not None:
            slacks.append(end - start - entry.renewal.renew_after)
        if min(slacks) < most:
            left = f"{_long(min(slacks))} after" if min(slacks) >= 0 else f"{_long(-min(slacks))} before"
            yield Complaint(
                f"certificate {old}",
                f"it ends {left} its renewal is due; a CA outage of {format_duration(most)} must be survived",
                f"renew it {_long(most)} before its end at the latest, or keep a second CA ready",
            )


@rule(
    "ROT034", "validity-limit", "error", "No public certificate asks for more life than the limit of its day."
)
def validity_limit(model: RotationModel) -> Iterator[Complaint]:
    """SC-081v3: 200 days from 2026-03-15, 100 from 2027-03-15, 47 from 2029-03-15."""
    for name, certificate in model.plan.certificates.items():
        if not model.plan.issuers[certificate.issuer].public:
            continue
        life, limit = asked_life(certificate), limit_on(model.plan, certificate.not_before or 0)
        if life > limit:
            end = format_moment((certificate.not_before or 0) + limit)
            yield Complaint(
                f"certificate {name}",
                f"the plan wants {life // DAY} days, a public CA issues at most {limit // DAY} that "
                f"day: it ends at {end}",
                f'write lifetime = "{limit // DAY}d" and plan its renewal before {end}',
            )


@rule("ROT037", "release-slip", "warning", "The plan holds if each release is late by the declared days.")
def release_slip(model: RotationModel) -> Iterator[Complaint]:
    """Review, a freeze, a halted roll-out: certificates do not move when the release does."""
    slip = model.plan.margins.release_slip
    late = predict(slipped(model.plan, slip)).figures
    now = model.prediction.figures
    if (
        late.peak_locked_out > model.plan.gate.max_locked_out + 1e-9
        and late.fleet_days > now.fleet_days + 1e-6
    ):
        yield Complaint(
            "plan",
            f"with each release late by {format_duration(slip)}, {late.peak_locked_out:.1%} are locked "
            "out at the "
            f"peak and {late.fleet_days:.2f} fleet-days are lost (as planned {now.fleet_days:.2f})",
            f"leave {format_duration(slip)} more between the release and the cut-over, or tie the "
            "cut-over to adoption",
        )
