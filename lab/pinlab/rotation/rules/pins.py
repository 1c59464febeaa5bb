"""Rules about what a pin set must hold."""

from __future__ import annotations

from collections.abc import Iterator

from pinlab.rotation.app_tables import App, PinSet
from pinlab.rotation.chains import matches
from pinlab.rotation.findings import Complaint, rule
from pinlab.rotation.scene import Scene


def served_at_release(scene: Scene, app: App) -> tuple[str, ...]:
    """Give the certificates that a release meets when it comes out; an old one, when the plan begins."""
    faces = dict.fromkeys(stint.face for stint in scene.stints)
    first = min(stint.start for stint in scene.stints)
    at = max(app.release, first)
    return tuple(dict.fromkeys(name for face in faces if (name := face.served(at)) is not None))


def backups(scene: Scene, app: App, pins: PinSet) -> tuple[str, ...]:
    """Give the pins of a set that are in no chain served at its release."""
    served = served_at_release(scene, app)
    if pins.mode == "cert-hash":
        return tuple(pin for pin in pins.set if pin not in served)
    names = [name for certificate in served for name in scene.chain(certificate).names]
    wanted = pins.leaf or pins.names
    return tuple(pin for pin in wanted if not any(matches(scene.plan, pin, name) for name in names))


@rule("ROT001", "no-backup-pin", "error", "Each pin set has a pin outside every chain served at its release.")
def no_backup_pin(scene: Scene) -> Iterator[Complaint]:
    """RFC 7469 2.5 and 4.3: without one, the next key is nobody's."""
    for app in scene.plan.apps:
        for name, pins in scene.pin_sets(app):
            if pins.mode != "external" and pins.names and not backups(scene, app, pins):
                served = ", ".join(served_at_release(scene, app))
                yield Complaint(
                    name,
                    f"every pin of {name} is in the chain of {served}; a new key locks it out",
                    f"make a standby key, keep it offline, and pin it in {name} before the next release",
                )
