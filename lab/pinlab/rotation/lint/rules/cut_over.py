"""Rules about cut-overs and releases: what is served while users that it locks out are still there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pinlab.rotation.lint.finding import Complaint, rule
from pinlab.rotation.model.earliest import NEVER, cut_over_date
from pinlab.rotation.model.rotation_model import Handover, RotationModel, Stint, label
from pinlab.rotation.model.validity import validity
from pinlab.rotation.plan.moments import format_date, format_moment


def _named(refusers: Mapping[str, float]) -> str:
    return ", ".join(f"{who} ({share:.1%} of connections)" for who, share in refusers.items())


def _inside(model: RotationModel, stint: Stint) -> tuple[int, int]:
    return max(stint.start, model.plan.start), min(max(stint.until, stint.start), model.plan.end)


@rule(
    "ROT003",
    "served-unpinned",
    "error",
    "Each certificate is accepted by each supported release while it is served.",
)
def served_unpinned(model: RotationModel) -> Iterator[Complaint]:
    """The whole of pinning's promise, release by release."""
    for stint in model.stints:
        start, until = _inside(model, stint)
        if start >= until:
            continue
        if refusers := model.refusers(stint.node, stint.certificate, start, until):
            key = model.plan.certificates[stint.certificate].key
            yield Complaint(
                f"node {stint.node.id}",
                f"from {format_moment(start)} to {format_moment(until)} it serves {stint.certificate}, which "
                f"{_named(refusers)} would refuse",
                f"serve {stint.certificate} only when releases that pin {key} have arrived, or one that "
                "is pinned",
            )


@rule(
    "ROT004",
    "adoption-lead",
    "error",
    "At a cut-over, no more would refuse the new certificate than the gate allows.",
)
def adoption_lead(model: RotationModel) -> Iterator[Complaint]:
    """A release needs time to arrive; certificates do not wait for it."""
    for handover in model.handovers:
        share = model.refusing_share(handover.new.node, handover.new.certificate, handover.at + 1)
        if share > model.plan.gate.max_locked_out + 1e-9:
            yield Complaint(
                f"node {handover.new.node.id}",
                f"at {format_moment(handover.at)} it changes to {handover.new.certificate}, which "
                f"{share:.1%} of the "
                f"supported fleet refuse; at most {model.plan.gate.max_locked_out:.1%} may",
                _when(model, handover),
            )


def _when(model: RotationModel, handover: Handover) -> str:
    date = cut_over_date(model, handover)
    if date is None:
        return f"no date is safe: {NEVER}"
    _, end = validity(model.plan, handover.old.certificate)
    least = date + model.plan.margins.end
    more = f", with {handover.old.certificate} valid to {format_moment(least)}" if end < least else ""
    day = format_date(model.plan.t0, date)
    return f"serve {handover.new.certificate} from {format_moment(date)} ({day}) on{more}"


@rule(
    "ROT012", "mixed-nodes", "error", "While nodes differ, each supported release accepts both certificates."
)
def mixed_nodes(model: RotationModel) -> Iterator[Complaint]:
    """An intermittent fault: some retries work, and a monitor that asks one address sees nothing."""
    for handover in model.handovers:
        for other in model.stints:
            if not _is_left_behind(model, handover, other):
                continue
            until = min(handover.new.until, other.until)
            fresh = model.refusers(handover.new.node, handover.new.certificate, handover.at, until)
            stale = model.refusers(other.node, other.certificate, handover.at, until)
            if one_sided := {
                who: share for who, share in {**fresh, **stale}.items() if (who in fresh) != (who in stale)
            }:
                yield Complaint(
                    f"node {handover.new.node.id}",
                    f"from {format_moment(handover.at)} to {format_moment(until)} it shows "
                    f"{handover.new.certificate} "
                    f"while {other.node.id} shows {other.certificate}; {_named(one_sided)} refuses one "
                    "of the two",
                    "change all nodes at once, or wait until every supported release accepts both",
                )


def _is_left_behind(model: RotationModel, handover: Handover, other: Stint) -> bool:
    """Say whether another node of the same host still shows the old certificate after a cut-over."""
    plan, node = model.plan, handover.new.node
    together = other.face.label == handover.new.face.label and plan.host_of(other.node) == plan.host_of(node)
    same = other.node.id != node.id and other.certificate == handover.old.certificate
    return together and same and other.start <= handover.at < other.until


@rule(
    "ROT013",
    "rollback-window",
    "error",
    "Until the roll-back window closes, the old certificate lives and is pinned.",
)
def rollback_window(model: RotationModel) -> Iterator[Complaint]:
    """A cut-over that cannot be undone is a bet."""
    for handover in model.handovers:
        old, until = handover.old.certificate, handover.at + model.plan.margins.rollback
        if _is_no_return(model, old):
            continue
        _, end = validity(model.plan, old)
        if end < until:
            yield Complaint(
                f"certificate {old}",
                f"it ends at {format_moment(end)}; a roll-back of the cut-over at "
                f"{format_moment(handover.at)} on "
                f"{handover.new.node.id} must be possible until {format_moment(until)}",
                f"have {old} reissued for the same key, valid to {format_moment(until)}, or cut over earlier",
            )
        for app in model.supported:
            soon = handover.at <= app.release < until
            if soon and model.pins_refuse(app.pins, handover.new.node, old, app.release):
                key = model.plan.certificates[old].key
                yield Complaint(
                    label(app),
                    f"it comes out at {format_moment(app.release)} and refuses {old}; a roll-back must "
                    "be possible "
                    f"until {format_moment(until)}",
                    f"keep the pin of {key} in {app.id}, or release it from {format_moment(until)} on",
                )


def _is_no_return(model: RotationModel, certificate: str) -> bool:
    """No one wants to go back to a certificate that is revoked, or to a key that is gone."""
    entry = model.plan.certificates[certificate]
    return entry.revoked is not None or model.plan.keys[entry.key].state in ("lost", "compromised")


@rule("ROT014", "early-pin-removal", "error", "A release accepts what is served on the day it comes out.")
def early_pin_removal(model: RotationModel) -> Iterator[Complaint]:
    """Dropping the pin of a key that is still served: the more users update, the worse it gets."""
    for app in model.supported:
        if app.release < model.plan.start:
            continue
        for stint in model.stints:
            now = stint.start <= app.release < max(stint.until, stint.start + 1)
            if (
                not now
                or app.pin_list
                or not model.pins_refuse(app.pins, stint.node, stint.certificate, app.release)
            ):
                continue
            key = model.plan.certificates[stint.certificate].key
            left = (
                "it stays in service" if stint.is_last else f"it is served until {format_moment(stint.until)}"
            )
            yield Complaint(
                label(app),
                f"it comes out at {format_moment(app.release)} and refuses {stint.certificate} of "
                f"{stint.node.id}; {left}",
                f"keep {key} pinned in {app.id}, and drop it in a release after the roll-back window",
            )


@rule("ROT025", "dual-algorithm", "error", "Each certificate that a node can choose is pinned.")
def dual_algorithm(model: RotationModel) -> Iterator[Complaint]:
    """With RSA and ECDSA side by side, the client's offer decides which chain it meets."""
    for node in model.plan.nodes:
        for step in node.serves:
            if step.rsa is None or step.rsa == step.certificate:
                continue
            sides = [
                model.refusers(node, name, max(step.at, model.plan.start), model.plan.end)
                for name in (step.certificate, step.rsa)
            ]
            for who in sorted(set(sides[0]) ^ set(sides[1])):
                refused = step.certificate if who in sides[0] else step.rsa
                yield Complaint(
                    f"node {node.id}",
                    f"it can choose {step.certificate} or {step.rsa}, and {who} refuses {refused}",
                    f"pin {model.plan.certificates[refused].key} as well, or show {refused} to no one "
                    "before it is pinned",
                )
