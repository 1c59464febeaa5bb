"""Rules about keys: how they are renewed, where they live, how old they are, what if one is stolen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pinlab.core.durations import format_duration
from pinlab.rotation.lint.finding import Complaint, rule
from pinlab.rotation.lint.renewal_tools import habit, makes_new_key
from pinlab.rotation.model.chain_building import matches
from pinlab.rotation.model.rotation_model import RotationModel
from pinlab.rotation.plan.gate import Branch
from pinlab.rotation.plan.moments import DAY
from pinlab.rotation.plan.pki import Renewal


def pinned_keys(model: RotationModel) -> tuple[str, ...]:
    """Give the keys that some supported release pins."""
    pins = [pin for app in model.supported for _, pinset in model.pin_sets(app) for pin in pinset.names]
    return tuple(name for name in model.plan.keys if any(matches(model.plan, pin, name) for pin in pins))


def current_keys(model: RotationModel) -> tuple[str, ...]:
    """Give the pinned keys that are in service when the window opens."""
    served = [
        stint.certificate
        for stint in model.stints
        if stint.start <= model.plan.start < max(stint.until, stint.start + 1)
    ]
    keys = dict.fromkeys(model.plan.certificates[name].key for name in served)
    return tuple(name for name in keys if name in pinned_keys(model))


@rule(
    "ROT005",
    "key-reuse-not-guaranteed",
    "error",
    "Where the plan counts on the same key, the tool's policy is explicit.",
)
def key_reuse_not_guaranteed(model: RotationModel) -> Iterator[Complaint]:
    """Defaults differ between tools and change between versions; a rehearsal compares the SPKI."""
    for name, certificate in model.plan.certificates.items():
        renewal = certificate.renewal
        if renewal is None or renewal.tool == "manual" or planned_key(model, name, renewal) != "same":
            continue
        if renewal.policy is None or makes_new_key(renewal.policy):
            set_to = "its policy is not set" if renewal.policy is None else f"its policy is {renewal.policy}"
            default, switch = habit(renewal.tool)
            yield Complaint(
                f"certificate {name}",
                f"the plan counts on the same key, but {set_to}; {renewal.tool} {default}",
                f"set {switch} in the configuration of {renewal.tool} and name it as `policy`",
            )


def planned_key(model: RotationModel, name: str, renewal: Renewal) -> Literal["same", "new"] | None:
    """Give what the plan counts on, by its word or by its cut-overs; None: nothing comes before it."""
    if renewal.expect is not None:
        return renewal.expect
    before = [handover.old.certificate for handover in model.handovers if handover.new.certificate == name]
    if not before:
        return None
    key = model.plan.certificates[name].key
    return "same" if any(model.plan.certificates[name].key == key for name in before) else "new"


@rule(
    "ROT021",
    "compromise-branch",
    "error",
    "For each key in service there is a branch to a standby key within a day.",
)
def compromise_branch(model: RotationModel) -> Iterator[Complaint]:
    """A CA must revoke a compromised key's certificates within 24 h; app releases take longer."""
    branches = [branch for branch in model.plan.branches if branch.kind == "compromise"]
    for key in current_keys(model):
        tried = [_branch_fault(model, branch) for branch in branches if branch.key == key]
        if tried and None in tried:
            continue
        standby = "a certificate for a standby key that every supported release pins"
        if tried:
            yield Complaint(f"key {key}", str(tried[0]), f"let the branch go to {standby}, within a day")
        else:
            fix = f'add [[branches]] kind = "compromise", key = "{key}", and {standby}'
            yield Complaint(f"key {key}", "no branch says what happens if it is stolen", fix)


def _branch_fault(model: RotationModel, branch: Branch) -> str | None:
    """Say why a compromise branch does not work; None if it does."""
    plan, to = model.plan, branch.to or ""
    key, at = plan.certificates[to].key, (branch.at or 0) + branch.within
    if branch.within > plan.margins.emergency:
        most = format_duration(plan.margins.emergency)
        return f"its branch takes {format_duration(branch.within)}, longer than {most}"
    if key == branch.key or plan.keys[key].state in ("lost", "compromised", "planned"):
        return f"its branch goes to {to}, whose key {key} is no standby key"
    share = max(model.refusing_share(node, to, at) for node in plan.nodes)
    if share > plan.gate.max_locked_out + 1e-9:
        return f"its branch to {to} locks out {share:.1%} of the supported fleet"
    return None


@rule("ROT033", "key-placement", "error", "A region serves only keys that are placed there and pinned.")
def key_placement(model: RotationModel) -> Iterator[Complaint]:
    """A key in an HSM may not leave it; then the pin set is the union of the regions' keys."""
    for stint in model.stints:
        region, name = stint.node.region, model.plan.certificates[stint.certificate].key
        place, is_bound = model.plan.keys[name].place, not model.plan.keys[name].exportable
        if region is None or not place:
            continue
        where = f"node {stint.node.id}"
        if is_bound and region not in place:
            yield Complaint(
                where,
                f"it serves {stint.certificate}, but {name} is in {', '.join(place)} and cannot leave it",
                f"serve {region} by a certificate for a key that lives there, or place {name} there too",
            )
        elif place == (region,):
            for who in model.refusers(
                stint.node, stint.certificate, max(stint.start, model.plan.start), stint.until
            ):
                yield Complaint(
                    where,
                    f"{name}, the key of {region}, is not among the pins of {who}",
                    f"pin the keys of all regions, {name} among them, in {who} before {region} serves it",
                )


@rule("ROT035", "key-age", "warning", "No pinned key outlives its declared maximum.")
def key_age(model: RotationModel) -> Iterator[Complaint]:
    """With certificates of 47 days, the exposure of a key is its own age."""
    for name in pinned_keys(model):
        key = model.plan.keys[name]
        if key.created is None or key.max_age is None or key.state != "active":
            continue
        age = model.plan.end - key.created
        if age > key.max_age:
            yield Complaint(
                f"key {name}",
                f"it is {age // DAY} days old at the end of the window, at most {key.max_age // DAY} "
                "are allowed",
                "plan the change to its successor, which is pinned already, within the window",
            )


@rule(
    "ROT043", "backup-key-co-located", "warning", "A standby key lives in another place than the active one."
)
def backup_key_co_located(model: RotationModel) -> Iterator[Complaint]:
    """Who takes the active key takes whatever lies beside it."""
    keys = model.plan.keys
    for name in pinned_keys(model):
        for other, active in keys.items():
            if keys[name].state != "standby" or active.state != "active":
                continue
            if shared := [place for place in keys[name].place if place in active.place]:
                yield Complaint(
                    f"key {name}",
                    f"it is a standby key and lives in {', '.join(shared)} beside the active key {other}",
                    f"keep {name} elsewhere, or make another standby key and pin it in the next release",
                )
