"""Rules about what a pin set must hold."""

from __future__ import annotations

from collections.abc import Iterator

from pinlab.rotation.lint.finding import Complaint, rule
from pinlab.rotation.model.adoption import arrival
from pinlab.rotation.model.chain_building import Chain, matches
from pinlab.rotation.model.rotation_model import RotationModel, label
from pinlab.rotation.plan.apps import App, AppPins
from pinlab.rotation.plan.moments import DAY, format_moment


def served_at_release(model: RotationModel, app: App) -> tuple[str, ...]:
    """Give the certificates that a release meets when it comes out; an old one, when the plan begins."""
    at = max(app.release, min(stint.start for stint in model.all_stints))
    faces = dict.fromkeys(stint.face for stint in model.all_stints)
    return tuple(dict.fromkeys(name for face in faces if (name := face.served(at)) is not None))


def backups(model: RotationModel, app: App, pins: AppPins) -> tuple[str, ...]:
    """Give the pins of a set that are in no chain served at its release."""
    served = served_at_release(model, app)
    if pins.mode == "cert-hash":
        return tuple(pin for pin in pins.set if pin not in served)
    names = [name for certificate in served for name in model.chain(certificate).names]
    expected = pins.leaf or pins.names
    return tuple(pin for pin in expected if not any(matches(model.plan, pin, name) for name in names))


@rule("ROT001", "no-backup-pin", "error", "Each pin set has a pin outside every chain served at its release.")
def no_backup_pin(model: RotationModel) -> Iterator[Complaint]:
    """RFC 7469 2.5 and 4.3: without one, the next key is no one's."""
    for app in model.plan.apps:
        for name, pins in model.pin_sets(app):
            if pins.mode != "external" and pins.names and not backups(model, app, pins):
                served = ", ".join(served_at_release(model, app))
                yield Complaint(
                    name,
                    f"every pin is in the chain of {served}, which it meets at its release: a new key "
                    "locks it out",
                    f"make a standby key, keep it offline, and pin it in {name} before the next release",
                )


@rule(
    "ROT002",
    "backup-key-exists",
    "error",
    "Each backup pin names a key in the inventory whose possession was shown.",
)
def backup_key_exists(model: RotationModel) -> Iterator[Complaint]:
    """A pin for a key that no one holds is no way out; a rehearsal signs a CSR with it."""
    for app in model.supported:
        for name, pins in model.pin_sets(app):
            for pin in backups(model, app, pins):
                if (fault := _missing_key(model, pin)) is not None:
                    fix = f"have the private key of {pin} sign a CSR, name that as `proof`, or pin another"
                    yield Complaint(name, f"its backup pin {pin} {fault}", fix)


def _missing_key(model: RotationModel, pin: str) -> str | None:
    plan = model.plan
    known = [name for name in (*plan.keys, *plan.issuers, *plan.certificates) if matches(plan, pin, name)]
    if not known:
        return "is for no key of the inventory"
    key = plan.keys.get(known[0])
    if key is None or key.state == "active":
        return None
    if key.state in ("lost", "compromised", "planned"):
        return f"is for a key that is {key.state}"
    return None if key.proof else "is for a key whose possession was never shown"


@rule(
    "ROT006",
    "pin-shorter-than-adoption",
    "error",
    "A release's pins live longer than its successor needs to arrive.",
)
def pin_shorter_than_adoption(model: RotationModel) -> Iterator[Complaint]:
    """With a new key for each certificate, a release may die before the next one is everywhere."""
    target = model.plan.gate.target_adoption
    for app in model.supported:
        accepted = [
            stint
            for stint in model.stints
            if not model.pins_refuse(app.pins, stint.node, stint.certificate, stint.start)
        ]
        if (
            app is model.plan.line(app)[0]
            or app.pin_list
            or not accepted
            or any(stint.is_last for stint in accepted)
        ):
            continue
        arrives, dies = arrival(model.plan, app, target), max(stint.until for stint in accepted)
        if arrives is None or dies < arrives:
            life = (dies - app.release) / DAY
            never = "never happens on this curve"
            takes = never if arrives is None else f"takes {(arrives - app.release) / DAY:.0f} days"
            yield Complaint(
                label(app),
                f"its last pinned key leaves service {life:.0f} days after its release; adoption by "
                f"{target:.0%} of the fleet {takes}",
                "keep one key over several certificates, or pin one more successor key in each release",
            )


@rule(
    "ROT030",
    "and-semantics",
    "error",
    "NSPinnedDomains: the leaf list and the CA list both match every chain served.",
)
def and_semantics(model: RotationModel) -> Iterator[Complaint]:
    """Apple asks for both where both are given; other libraries need only one."""
    for app in model.supported:
        for name, pins in [
            (label(app), app.pins),
            *((label(app, stack.id), stack.pins) for stack in app.stacks),
        ]:
            if not (pins.leaf and pins.ca):
                continue
            for certificate in dict.fromkeys(stint.certificate for stint in model.stints):
                leaf, ca = _both(model, pins, model.chain(certificate))
                if leaf != ca:
                    good, bad = ("leaf", "CA") if leaf else ("CA", "leaf")
                    yield Complaint(
                        name,
                        f"the {good} list matches {certificate} and the {bad} list does not; iOS refuses it",
                        f"add the {bad} of {certificate} to "
                        f"NSPinned{'CA' if leaf else 'Leaf'}Identities, or drop that list",
                    )


def _both(model: RotationModel, pins: AppPins, chain: Chain) -> tuple[bool, bool]:
    leaf = not pins.leaf or any(matches(model.plan, pin, chain.key) for pin in pins.leaf)
    names = chain.issuers
    return leaf, not pins.ca or any(matches(model.plan, pin, name) for pin in pins.ca for name in names)


@rule("ROT009", "pinset-expiry-gap", "warning", "A pin set expires only after its successor has arrived.")
def pinset_expiry_gap(model: RotationModel) -> Iterator[Complaint]:
    """Android and TrustKit accept any trusted certificate past the expiration: fail-open."""
    target = model.plan.gate.target_adoption
    for app in model.plan.apps:
        newer = model.plan.newer(app)
        for name, pins in model.pin_sets(app):
            if pins.expiration is None:
                continue
            if newer:
                arrives = arrival(model.plan, newer[0], target)
                late, why = arrives is None or pins.expiration < arrives, f"{newer[0].id} has arrived"
                by = "never" if arrives is None else f"only at {format_moment(arrives)}"
            else:
                late, why, by = pins.expiration < model.plan.end, "there is a successor", "not in this plan"
            if late:
                message = f"its pins expire at {format_moment(pins.expiration)}, before {why} ({by})"
                yield Complaint(name, message, "set a later expiration, or release the successor earlier")
