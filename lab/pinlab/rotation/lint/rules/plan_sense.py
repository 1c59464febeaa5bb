"""Rules about the plan itself: whether it agrees with itself, with production, and with the world."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pinlab.rotation.lint.finding import Complaint, rule
from pinlab.rotation.model.rotation_model import RotationModel, label
from pinlab.rotation.model.validity import validity
from pinlab.rotation.plan.fleet import Node
from pinlab.rotation.plan.model import Plan
from pinlab.rotation.plan.moments import format_moment


@rule("ROT039", "lab-chain-differs", "warning", "The chain of the plan looks like the one in production.")
def lab_chain_differs(model: RotationModel) -> Iterator[Complaint]:
    """What was rehearsed on another kind of chain was not rehearsed."""
    for name, certificate in model.plan.certificates.items():
        real = certificate.production
        if real is None:
            continue
        pairs = (
            ("depth", real.depth, len(model.chain(name).names)),
            ("algorithm", real.alg, model.plan.keys[certificate.key].alg),
            ("must-staple", real.must_staple, certificate.must_staple),
        )
        for what, there, here in pairs:
            if there is not None and there != here:
                yield Complaint(
                    f"certificate {name}",
                    f"its {what} is {there} in production and {here} in this plan",
                    f"describe the chain of {name} as production has it",
                )


@rule("ROT041", "adoption-curve-unmeasured", "warning", "The adoption curve names its data.")
def adoption_curve_unmeasured(model: RotationModel) -> Iterator[Complaint]:
    """Thirty days were enough on one curve and locked out 43 % on another."""
    adoption = model.plan.adoption
    if adoption.source is None and adoption.file is None:
        yield Complaint(
            "adoption",
            "the curve has no data behind it, and every date rests on it",
            'use your own telemetry, file = "versions.csv" (date,version,share), or name the `source`',
        )


@rule("ROT040", "plan-inconsistent", "error", "Dates, names and weights do not contradict each other.")
def plan_inconsistent(model: RotationModel) -> Iterator[Complaint]:
    """A plan that cannot be is not late or early, it is wrong."""
    plan = model.plan
    if plan.start >= plan.end:
        yield Complaint("plan", "the window ends before it starts", 'write window = ["T+0", "T+90"]')
    total = sum(node.weight for node in plan.nodes)
    if abs(total - 1) > 0.001:
        yield Complaint("plan", f"the weights of the nodes add up to {total:g}", "make them add up to 1")
    yield from _of_certificates(plan)
    yield from _of_issuers(plan)
    yield from _of_apps(plan)
    for node in plan.nodes:
        yield from _of_node(plan, node)


def _of_certificates(plan: Plan) -> Iterator[Complaint]:
    for name, certificate in plan.certificates.items():
        start, end = validity(plan, name)
        if end <= start:
            message = f"it ends at {format_moment(end)}, before it begins at {format_moment(start)}"
            yield Complaint(f"certificate {name}", message, "put notAfter behind notBefore")
        if certificate.revoked is not None and certificate.revoked < start:
            message = f"it is revoked at {format_moment(certificate.revoked)}, before it begins"
            yield Complaint(f"certificate {name}", message, "put the revocation behind notBefore")


def _of_issuers(plan: Plan) -> Iterator[Complaint]:
    for name in plan.issuers:
        seen, above = [name], plan.issuers[name].parent
        while above is not None and above not in seen:
            seen.append(above)
            above = plan.issuers[above].parent
        if above == name:
            message = f"it is above itself: {', '.join([*seen, name])}"
            yield Complaint(f"issuer {name}", message, "give the root no parent")


def _of_apps(plan: Plan) -> Iterator[Complaint]:
    total = sum(plan.platforms.values())
    if plan.platforms and abs(total - 1) > 0.001:
        yield Complaint("plan", f"the shares of the platforms add up to {total:g}", "make them add up to 1")
    for app in plan.apps if plan.platforms else ():
        if app.platform is None:
            yield Complaint(
                label(app),
                "it names no platform",
                f'write platform = "{next(iter(plan.platforms))}" or another',
            )
    for older, newer in ((app, plan.newer(app)[0]) for app in plan.apps if plan.newer(app)):
        if newer.release < older.release:
            message = f"it is listed after {older.id} and comes out before it"
            yield Complaint(label(newer), message, "list releases in the order in which they come out")
    for app in plan.apps:
        steps = [(stage.at, stage.share) for stage in app.stages]
        if any(value >= other for a, b in pairwise(steps) for value, other in zip(a, b, strict=True)):
            message = "its stages do not go up in time and share"
            yield Complaint(
                label(app), message, "order the stages, each with a larger share than the one before"
            )
        if app.pins.expiration is not None and app.pins.expiration < app.release:
            message = "its pins expire before it comes out"
            yield Complaint(label(app), message, "set the expiration behind the release")
        if sum(stack.traffic for stack in app.stacks) >= 1:
            message = "its other stacks make all of its traffic"
            yield Complaint(label(app), message, "leave a share for the main stack")


def _of_node(plan: Plan, node: Node) -> Iterator[Complaint]:
    where = f"node {node.id}"
    if any(step.at >= other.at for step, other in pairwise(node.serves)):
        yield Complaint(where, "its certificates are not in the order of time", "order `serves` by `at`")
    for step in node.serves:
        for name in filter(None, (step.certificate, step.rsa)):
            start, end = validity(plan, name)
            if not start <= step.at < end:
                message = f"it serves {name} from {format_moment(step.at)} on, which is outside its validity"
                yield Complaint(
                    where, message, f"serve it between {format_moment(start)} and {format_moment(end)}"
                )
            if plan.keys[plan.certificates[name].key].state == "lost":
                message = f"it serves {name}, whose key is lost"
                yield Complaint(where, message, "serve a certificate for a key that you hold")
        if step.rsa and not plan.keys[plan.certificates[step.rsa].key].alg.startswith("rsa"):
            message = f"its `rsa` certificate {step.rsa} has no RSA key"
            yield Complaint(where, message, "name a certificate with an RSA key")
    if plan.host_of(node) not in plan.hosts:
        message = f"it answers for {plan.host_of(node)}, which is no host of the plan"
        yield Complaint(where, message, "add the host to `hosts`")
