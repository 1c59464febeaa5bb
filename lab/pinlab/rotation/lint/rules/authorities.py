"""Rules about CAs: pools, single CAs, managed names, and the chains that may be met."""

from __future__ import annotations

from collections.abc import Iterator

from pinlab.rotation.lint.finding import Complaint, rule
from pinlab.rotation.model.chain_building import chains_of, matches
from pinlab.rotation.model.pin_match import is_pinned
from pinlab.rotation.model.rotation_model import RotationModel, label
from pinlab.rotation.plan.apps import AppPins


def authority_pins(model: RotationModel, pins: AppPins) -> tuple[str, ...]:
    """Give the issuers that a set pins."""
    return tuple(
        issuer for issuer in model.plan.issuers if any(matches(model.plan, pin, issuer) for pin in pins.names)
    )


@rule(
    "ROT007",
    "intermediate-from-rotating-pool",
    "error",
    "No pin rests on an intermediate that its CA rotates.",
)
def intermediate_from_rotating_pool(model: RotationModel) -> Iterator[Complaint]:
    """Let's Encrypt picks from its pool since 2024-06-06, Amazon since 2022-10-11."""
    for app in model.supported:
        for name, pins in model.pin_sets(app):
            pinned = authority_pins(model, pins)
            for issuer in pinned:
                missing = [name for name in model.plan.issuers[issuer].pool if name not in pinned]
                above = _above(model, issuer)
                if missing and not set(above) & set(pinned):
                    root = above[-1] if above else issuer
                    yield Complaint(
                        name,
                        f"it pins {issuer}, and the CA may issue from {', '.join(missing)} at any renewal",
                        f"pin the root {root} instead of the intermediate",
                    )


def _above(model: RotationModel, issuer: str) -> list[str]:
    found: list[str] = []
    parent = model.plan.issuers[issuer].parent
    while parent is not None and parent not in found:
        found.append(parent)
        parent = model.plan.issuers[parent].parent
    return found


@rule("ROT008", "single-ca-root-pin", "warning", "Pinned CAs belong to more than one CA.")
def single_ca_root_pin(model: RotationModel) -> Iterator[Complaint]:
    """A root programme may distrust a CA with a few months' notice."""
    for app in model.supported:
        for name, pins in model.pin_sets(app):
            pinned = authority_pins(model, pins)
            cas = {model.plan.ca_of(name) for name in pinned}
            served = {model.plan.certificates[stint.certificate].key for stint in model.all_stints}
            spare = [pin for pin in pins.names if pin in model.plan.keys and pin not in served]
            if len(cas) == 1 and (pins.mode == "apple-and" or not spare):
                yield Complaint(
                    name,
                    f"every CA that it pins belongs to {cas.pop()}",
                    "pin a root of a second CA, from which you can get a certificate at once",
                )


@rule(
    "ROT022",
    "distrust-branch",
    "warning",
    "Where CAs are pinned, a branch does without the present CA.",
)
def distrust_branch(model: RotationModel) -> Iterator[Complaint]:
    """Symantec 2017, Entrust 2024: the plan must hold "the CA goes away"."""
    if not any(authority_pins(model, pins) for app in model.supported for _, pins in model.pin_sets(app)):
        return
    tried = [branch.issuer for branch in model.plan.branches if branch.kind == "distrust"]
    cas = dict.fromkeys(
        model.plan.ca_of(model.plan.certificates[stint.certificate].issuer) for stint in model.stints
    )
    for ca in cas:
        if not any(issuer is not None and model.plan.ca_of(issuer) == ca for issuer in tried):
            yield Complaint(
                "plan",
                f"it pins CAs and has no branch in which {ca} is distrusted",
                f'add [[branches]] kind = "distrust" for a root of {ca}, and a certificate of another CA',
            )


@rule(
    "ROT023",
    "cdn-managed-name",
    "error",
    "A managed name is pinned for every root that its provider may use.",
)
def cdn_managed_name(model: RotationModel) -> Iterator[Complaint]:
    """A CDN renews when it likes, from any CA."""
    for node in model.plan.nodes:
        if node.managed_by is None:
            continue
        for app in model.supported:
            pinned = authority_pins(model, app.pins)
            missing = [name for name in model.plan.managers[node.managed_by].may_use if name not in pinned]
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
def alternate_chain(model: RotationModel) -> Iterator[Complaint]:
    """Cross-signs and pools: the same leaf, other chains; a TLS stack builds the path that it likes."""
    before = [handover.old.certificate for handover in model.handovers]
    for name in dict.fromkeys([*before, *(stint.certificate for stint in model.stints)]):
        chains = chains_of(model.plan, name)
        for app in model.supported:
            if app.pins.mode in ("external", "cert-hash") or not app.pins.names:
                continue
            refused = [
                chain.variant or "as planned"
                for chain in chains
                if not is_pinned(model.plan, app.pins, chain)
            ]
            if 0 < len(refused) < len(chains):
                yield Complaint(
                    label(app),
                    f"it accepts {name} by one chain and refuses it {', '.join(refused)}",
                    "pin what all of its chains have in common (a root above all), and rehearse each chain",
                )


@rule("ROT027", "staple-missing", "error", "No must-staple certificate stands on a node without stapling.")
def staple_missing(model: RotationModel) -> Iterator[Complaint]:
    """RFC 7633: clients that honour it refuse; the others hide the fault."""
    for stint in model.stints:
        if model.plan.certificates[stint.certificate].must_staple and not stint.node.staples:
            yield Complaint(
                f"node {stint.node.id}",
                f"it serves {stint.certificate}, which demands a stapled answer, and does not staple",
                f"turn stapling on at {stint.node.id}, or have {stint.certificate} issued without "
                "must-staple",
            )
