"""Rules about releases and clients: ways out, support, stacks, hosts, and how long a fault stays hidden."""

from __future__ import annotations

from collections.abc import Iterator

from pinlab.core.durations import format_duration
from pinlab.rotation.lint.finding import Complaint, rule
from pinlab.rotation.model.adoption import share_of
from pinlab.rotation.model.predictions import covers
from pinlab.rotation.model.rotation_model import RotationModel, label
from pinlab.rotation.plan.apps import App


@rule(
    "ROT010", "no-escape-hatch", "warning", "A release has an expiration, a remote list or another way out."
)
def no_escape_hatch(model: RotationModel) -> Iterator[Complaint]:
    """Without one, a locked-out install is out for good."""
    for app in model.plan.apps:
        if app.pins.expiration is None and app.pin_list is None and app.escape is None:
            yield Complaint(
                label(app),
                "it has neither an expiration of its pins nor a remote list, forced update or kill switch",
                "give the next release one of them, on a host outside the pins",
            )


@rule(
    "ROT016",
    "escape-channel-pinned",
    "error",
    "The way out works in every cell in which the main call does not.",
)
def escape_channel_pinned(model: RotationModel) -> Iterator[Complaint]:
    """A locked-out app that asks the pinned host whether it must update never gets the answer."""
    for app in model.supported:
        if app.escape is None or not (app.escape.pinned or _names_pinned_host(model, app)):
            continue
        lost = [
            stint.certificate
            for stint in model.stints
            if model.pins_refuse(app.pins, stint.node, stint.certificate, stint.start)
        ]
        if lost:
            yield Complaint(
                label(app),
                f"its {app.escape.kind} call is under the same pins, so it fails with "
                f"{', '.join(dict.fromkeys(lost))} too",
                f"move the {app.escape.kind} call to a host that is not pinned",
            )


def _names_pinned_host(model: RotationModel, app: App) -> bool:
    host = app.escape.host if app.escape else None
    return host is not None and bool(app.pins.hosts) and covers(model.plan, app.pins, host)


@rule("ROT024", "host-coverage", "error", "Every host under a pin rule is served by a pinned chain.")
def host_coverage(model: RotationModel) -> Iterator[Complaint]:
    """includeSubdomains covers hosts that no one has thought of yet."""
    for node in model.plan.nodes:
        served = [stint for stint in model.stints if stint.node.id == node.id]
        host = model.plan.host_of(node)
        if host == model.plan.hosts[0] or not served:
            continue
        for app in model.supported:
            if all(model.pins_refuse(app.pins, node, stint.certificate, stint.start) for stint in served):
                names = ", ".join(dict.fromkeys(stint.certificate for stint in served))
                yield Complaint(
                    f"node {node.id}",
                    f"{host} is under the pins of {label(app)}, which match nothing that it serves ({names})",
                    f"pin the chain of {host}, or take it out of the rule before it goes into service",
                )


@rule("ROT031", "resumption-off-in-rehearsal", "information", "How long session resumption hides a failure.")
def resumption_off_in_rehearsal(model: RotationModel) -> Iterator[Complaint]:
    """A resumed session shows no certificate; a rehearsal makes full handshakes only."""
    if (resumption := model.plan.clients.resumption) is not None:
        hours = format_duration(resumption.ticket_lifetime)
        yield Complaint(
            "clients",
            f"{resumption.share:.0%} of connections resume sessions: a lock-out shows in full only "
            f"after {hours}",
            f"watch a canary for {hours} at least before the next node is changed",
        )


@rule("ROT032", "undeclared-client", "warning", "Every TLS stack seen at the nodes is in the plan.")
def undeclared_client(model: RotationModel) -> Iterator[Complaint]:
    """A web view or an SDK with pins of its own is a client of its own."""
    for seen in model.plan.seen:
        stacks = [stack.id for app in model.plan.apps if app.id == seen.app for stack in app.stacks]
        if seen.app is None or (seen.stack is not None and seen.stack not in stacks):
            yield Complaint(
                "seen",
                f"{seen.fingerprint} makes {seen.share:.1%} of connections and belongs to no stack of "
                "the plan",
                "find out whose it is, and add it as a stack of its app with what it pins",
            )


@rule(
    "ROT036",
    "unsupported-version-undeclared",
    "warning",
    "No one is left on a release under the support floor.",
)
def unsupported_version(model: RotationModel) -> Iterator[Complaint]:
    """Long tails do not end by themselves."""
    for app in model.plan.apps:
        share = share_of(model.plan, app, model.plan.start)
        if not model.plan.is_supported(app) and share > 0.001:
            yield Complaint(
                label(app),
                f"it is out of support, and {share:.1%} of the fleet still have it when the window opens",
                "announce the end of its support and move them, or count them as supported",
            )


@rule(
    "ROT044", "fail-open-reached", "error", "No more is accepted without pins in force than the gate allows."
)
def fail_open_reached(model: RotationModel) -> Iterator[Complaint]:
    """Not a lock-out, so no one complains: the protection is simply gone."""
    days, most = model.prediction.figures.unpinned_fleet_days, model.plan.gate.max_unpinned_fleet_days
    if days > most + 1e-9:
        yield Complaint(
            "plan",
            f"{days:.2f} fleet-days of connections are accepted without pins in force, at most {most:g} "
            "may be",
            "move the expiration of the pins behind the adoption of the next release, or cover the host",
        )
