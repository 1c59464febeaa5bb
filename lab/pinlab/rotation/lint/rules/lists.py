"""Rules about what apps fetch: remote pin lists and feeds that can veto."""

from __future__ import annotations

from collections.abc import Iterator

from pinlab.core.durations import format_duration
from pinlab.rotation.lint.finding import Complaint, rule
from pinlab.rotation.model.populations import accepted_editions, with_edition
from pinlab.rotation.model.rotation_model import Handover, RotationModel, label
from pinlab.rotation.plan.apps import App
from pinlab.rotation.plan.fleet import PinList
from pinlab.rotation.plan.moments import format_moment


def followers(model: RotationModel) -> Iterator[tuple[App, str, PinList]]:
    """Give the supported releases that follow a list, with its name."""
    for app in model.supported:
        if app.pin_list is not None:
            yield app, app.pin_list.list, model.plan.pin_lists[app.pin_list.list]


@rule("ROT017", "list-signer-single", "error", "A release accepts more than one signing key of its pin list.")
def list_signer_single(model: RotationModel) -> Iterator[Complaint]:
    """A lost or expired signing key freezes the list for every install."""
    for app, name, _ in followers(model):
        signers = app.pin_list.signers if app.pin_list else ()
        if len(signers) == 1:
            yield Complaint(
                label(app),
                f"it accepts the list {name} from {signers[0]} alone; with that key gone no list reaches it",
                "build a second signing key into the next release, and keep it apart from the first",
            )


@rule("ROT018", "list-lead", "error", "A list is published two refresh intervals before the cut-over.")
def list_lead(model: RotationModel) -> Iterator[Complaint]:
    """Clients ask when it is their turn; a failed check must make them ask at once."""
    for handover in model.handovers:
        for app, name, pin_list in followers(model):
            at = _published(model, app, handover)
            least = handover.at - 2 * pin_list.refresh
            if at is not None and at > least:
                more = "" if pin_list.on_failure else ", and make a failed check refresh the list"
                yield Complaint(
                    f"pin_list {name}",
                    f"{handover.new.certificate} is served at {format_moment(handover.at)}, the list "
                    f"that {label(app)} "
                    f"needs for it is published at {format_moment(at)}; installs ask every "
                    f"{format_duration(pin_list.refresh)}",
                    f"publish it at {format_moment(least)} or before{more}",
                )


def _published(model: RotationModel, app: App, handover: Handover) -> int | None:
    """Give when the first edition that accepts the new certificate came out; None if none matters."""
    node, name = handover.new.node, handover.new.certificate
    if not model.pins_refuse(app.pins, node, name, handover.at):
        return None
    for edition in accepted_editions(model.plan, app):
        if not model.pins_refuse(with_edition(app.pins, edition), node, name, handover.at):
            return edition.at
    return None


@rule("ROT019", "fallback-pins-stale", "error", "The built-in pins accept what a fresh install meets.")
def fallback_pins_stale(model: RotationModel) -> Iterator[Complaint]:
    """Existing installs live on the list and hide it; new ones never get through."""
    for app, name, _ in followers(model):
        stale = [
            stint.certificate
            for stint in model.stints
            if model.pins_refuse(app.pins, stint.node, stint.certificate, stint.start)
        ]
        if stale:
            yield Complaint(
                label(app),
                f"its built-in pins refuse {', '.join(dict.fromkeys(stale))}; a fresh install has "
                "nothing else "
                f"until it has fetched {name}",
                "build the pins of the present list into a new release whenever keys change",
            )


@rule("ROT020", "list-host-pinned", "warning", "The host of a pin list does not depend on the list.")
def list_host_pinned(model: RotationModel) -> Iterator[Complaint]:
    """What must repair the pins must not need them."""
    for name in dict.fromkeys(name for _, name, pin_list in followers(model) if pin_list.host_pinned):
        yield Complaint(
            f"pin_list {name}",
            "the host that serves it is under the pins that it brings",
            "serve it from a host with pins of its own, or rely on its signature alone",
        )


@rule(
    "ROT038", "policy-feed-undeclared", "warning", "Every remote feed that can veto connections is declared."
)
def policy_feed_undeclared(model: RotationModel) -> Iterator[Complaint]:
    """Nothing was changed, and everybody is out: a CT log list did it."""
    consulted = [(label(app), feed) for app in model.plan.apps for feed in app.consults]
    for where, feed in consulted:
        if feed not in model.plan.policy_feeds:
            yield Complaint(
                where,
                f"it consults {feed}, which can veto its connections and which the plan does not declare",
                f"add [policy_feeds.{feed}] with its owner and what happens when it is stale",
            )
