"""Rules about CAs: pools, single CAs, managed names, and the chains that may be met."""

from __future__ import annotations

from collections.abc import Iterator

from pinlab.rotation.lint.finding import Complaint, rule
from pinlab.rotation.model.chains import chains_of, matches
from pinlab.rotation.model.scene import Scene, label
from pinlab.rotation.model.verdicts import is_pinned
from pinlab.rotation.plan.apps import PinSet


def authority_pins(scene: Scene, pins: PinSet) -> tuple[str, ...]:
    """Give the issuers that a set pins."""
    return tuple(
        one for one in scene.plan.issuers if any(matches(scene.plan, pin, one) for pin in pins.names)
    )


@rule(
    "ROT007",
    "intermediate-from-rotating-pool",
    "error",
    "No pin rests on an intermediate that its CA rotates.",
)
def intermediate_from_rotating_pool(scene: Scene) -> Iterator[Complaint]:
    """Let's Encrypt picks from its pool since 2024-06-06, Amazon since 2022-10-11."""
    for app in scene.supported:
        for name, pins in scene.pin_sets(app):
            pinned = authority_pins(scene, pins)
            for issuer in pinned:
                missing = [one for one in scene.plan.issuers[issuer].pool if one not in pinned]
                above = _above(scene, issuer)
                if missing and not set(above) & set(pinned):
                    root = above[-1] if above else issuer
                    yield Complaint(
                        name,
                        f"it pins {issuer}, and the CA may issue from {', '.join(missing)} at any renewal",
                        f"pin the root {root} instead of the intermediate",
                    )


def _above(scene: Scene, issuer: str) -> list[str]:
    found: list[str] = []
    parent = scene.plan.issuers[issuer].parent
    while parent is not None and parent not in found:
        found.append(parent)
        parent = scene.plan.issuers[parent].parent
    return found


@rule("ROT008", "single-ca-root-pin", "warning", "Pinned authorities belong to more than one CA.")
def single_ca_root_pin(scene: Scene) -> Iterator[Complaint]:
    """A root programme may distrust a CA with a few months' notice."""
    for app in scene.supported:
        for name, pins in scene.pin_sets(app):
            pinned = authority_pins(scene, pins)
            cas = {scene.plan.ca_of(one) for one in pinned}
            served = {scene.plan.certificates[one.certificate].key for one in scene.all_stints}
            spare = [pin for pin in pins.names if pin in scene.plan.keys and pin not in served]
            if len(cas) == 1 and (pins.mode == "apple-and" or not spare):
                yield Complaint(
                    name,
                    f"every authority that it pins belongs to {cas.pop()}",
                    "pin a root of a second CA, from which you can get a certificate at once",
                )


@rule(
    "ROT022",
    "distrust-branch",
    "warning",
    "Where authorities are pinned, a branch does without the present CA.",
)
def distrust_branch(scene: Scene) -> Iterator[Complaint]:
    """Symantec 2017, Entrust 2024: the plan must hold "the CA goes away"."""
    if not any(authority_pins(scene, pins) for app in scene.supported for _, pins in scene.pin_sets(app)):
        return
    tried = [one.issuer for one in scene.plan.branches if one.kind == "distrust"]
    cas = dict.fromkeys(
        scene.plan.ca_of(scene.plan.certificates[one.certificate].issuer) for one in scene.stints
    )
    for ca in cas:
        if not any(issuer is not None and scene.plan.ca_of(issuer) == ca for issuer in tried):
            yield Complaint(
                "plan",
                f"it pins authorities and has no branch in which {ca} is distrusted",
                f'add [[branches]] kind = "distrust" for a root of {ca}, and a certificate of another CA',
            )


@rule(
    "ROT023",
    "cdn-managed-name",
    "error",
    "A managed name is pinned for every root that its provider may use.",
)
def cdn_managed_name(scene: Scene) -> Iterator[Complaint]:
    """A CDN renews when it likes, by whom it likes."""
    for node in scene.plan.nodes:
        if node.managed_by is None:
            continue
        for app in scene.supported:
            pinned = authority_pins(scene, app.pins)
            missing = [one for one in scene.plan.managers[node.managed_by].may_use if one not in pinned]
            if app.pins.mode != "external" and app.pins.names and missing:
                yield Complaint(
                    label(app),
                    f"{node.managed_by} may serve {node.id} by {', '.join(missing)}, which it does not pin",
                    "pin every root that the provider may use, upload a certificate of your own, or do "
                    "not pin that name",
                )


@rule(
    "ROT026",
    "alternate-chain",
    "warning",
    "Every chain that may be met for a certificate gets the same answer.",
)
def alternate_chain(scene: Scene) -> Iterator[Complaint]:
    """Cross-signs and pools: the same leaf, other chains; a TLS stack builds the path that it likes."""
    before = [handover.old.certificate for handover in scene.handovers]
    for name in dict.fromkeys([*before, *(stint.certificate for stint in scene.stints)]):
        chains = chains_of(scene.plan, name)
        for app in scene.supported:
            if app.pins.mode in ("external", "cert-hash") or not app.pins.names:
                continue
            refused = [
                one.variant or "as planned" for one in chains if not is_pinned(scene.plan, app.pins, one)
            ]
            if 0 < len(refused) < len(chains):
                yield Complaint(
                    label(app),
                    f"it accepts {name} by one chain and refuses it {', '.join(refused)}",
                    "pin what all of its chains have in common (a root above all), and rehearse each chain",
                )


@rule("ROT027", "staple-missing", "error", "No must-staple certificate stands on a node without stapling.")
def staple_missing(scene: Scene) -> Iterator[Complaint]:
    """RFC 7633: clients that honour it refuse; the others hide the fault."""
    for stint in scene.stints:
        if scene.plan.certificates[stint.certificate].must_staple and not stint.node.staples:
            yield Complaint(
                f"node {stint.node.id}",
                f"it serves {stint.certificate}, which demands a stapled answer, and does not staple",
                f"turn stapling on at {stint.node.id}, or have {stint.certificate} issued without "
                "must-staple",
            )
