"""Branches: a plan as it becomes when something happens. Each is a plan of its own, for the same model."""

from __future__ import annotations

from collections.abc import Callable

from pinlab.rotation.model.chain_building import chain_of
from pinlab.rotation.plan.fleet import Node, Serve
from pinlab.rotation.plan.gate import Branch
from pinlab.rotation.plan.model import Plan
from pinlab.rotation.plan.moments import DAY


def branched(plan: Plan, branch: Branch) -> Plan:
    """Give the plan with one branch taken, and no branches of its own."""
    taken: Callable[[Plan, Branch], Plan] = {
        "compromise": _compromise,
        "distrust": _distrust,
        "early_renewal": _early_renewal,
        "release_slip": _release_slip,
        "rollback": _rollback,
        "ca_outage": _ca_outage,
        "node_stuck": _node_stuck,
    }[branch.kind]
    return taken(plan, branch).model_copy(update={"branches": ()})


def slipped(plan: Plan, by: int) -> Plan:
    """Give the plan with each release of the window, and its stages, late by so many seconds."""
    apps = []
    for app in plan.apps:
        if app.release >= plan.start:
            stages = tuple(stage.model_copy(update={"at": stage.at + by}) for stage in app.stages)
            app = app.model_copy(update={"release": app.release + by, "stages": stages})
        apps.append(app)
    return plan.model_copy(update={"apps": tuple(apps)})


def _with_nodes(plan: Plan, change: Callable[[Node], tuple[Serve, ...]]) -> Plan:
    nodes = tuple(node.model_copy(update={"serves": change(node)}) for node in plan.nodes)
    return plan.model_copy(update={"nodes": nodes})


def _replaced(plan: Plan, affected: set[str], at: int, to: str) -> Plan:
    """From `at` on, every node shows `to` where it would show an affected certificate."""

    def change(node: Node) -> tuple[Serve, ...]:
        before = [step for step in node.serves if step.at < at]
        after = [step for step in node.serves if step.at >= at]
        if before:
            after.insert(0, before[-1].model_copy(update={"at": at}))
        swapped = [
            step.model_copy(
                update={
                    "certificate": to if step.certificate in affected else step.certificate,
                    "rsa": to if step.rsa in affected else step.rsa,
                }
            )
            for step in after
        ]
        return (*before, *swapped)

    return _with_nodes(plan, change)


def _compromise(plan: Plan, branch: Branch) -> Plan:
    at = branch.at or 0
    affected = {name for name, certificate in plan.certificates.items() if certificate.key == branch.key}
    revoked = {
        name: certificate.model_copy(update={"revoked": at + DAY}) if name in affected else certificate
        for name, certificate in plan.certificates.items()
    }
    swapped = _replaced(plan, affected, at + branch.within, branch.to or "")
    return swapped.model_copy(update={"certificates": revoked})


def _distrust(plan: Plan, branch: Branch) -> Plan:
    at, issuer = branch.at or 0, branch.issuer or ""
    affected = {name for name in plan.certificates if issuer in chain_of(plan, name).issuers}
    issuers = {
        **plan.issuers,
        issuer: plan.issuers[issuer].model_copy(update={"distrusted": at + branch.within}),
    }
    swapped = _replaced(plan, affected, at + branch.within, branch.to or "")
    return swapped.model_copy(update={"issuers": issuers})


def _early_renewal(plan: Plan, branch: Branch) -> Plan:
    """The certificate comes at `at`, with its whole life, and nodes show it at once."""
    name, at = branch.certificate or "", branch.at or 0
    certificate = plan.certificates[name]
    start = certificate.not_before or 0
    update: dict[str, int] = {}
    if at < start:
        update["not_before"] = at
        if certificate.not_after is not None:
            update["not_after"] = certificate.not_after - (start - at)

    def change(node: Node) -> tuple[Serve, ...]:
        moved = [
            step.model_copy(update={"at": at}) if step.certificate == name and step.at > at else step
            for step in node.serves
        ]
        return tuple(sorted(moved, key=lambda step: step.at))

    certificates = {**plan.certificates, name: certificate.model_copy(update=update)}
    return _with_nodes(plan, change).model_copy(update={"certificates": certificates})


def _release_slip(plan: Plan, branch: Branch) -> Plan:
    return slipped(plan, branch.by or 0)


def _rollback(plan: Plan, branch: Branch) -> Plan:
    """Every node goes back to what it showed before, from `at` to `until`."""
    at, until = branch.at or 0, branch.until or 0

    def change(node: Node) -> tuple[Serve, ...]:
        before = [step for step in node.serves if step.at < at]
        if len(before) < 2:
            return node.serves
        back = before[-2].model_copy(update={"at": at})
        again = before[-1].model_copy(update={"at": until})
        return (*before, back, again, *(step for step in node.serves if step.at > until))

    return _with_nodes(plan, change)


def _ca_outage(plan: Plan, branch: Branch) -> Plan:
    """What would be issued in the outage is issued, and served, when it is over."""
    at, over = branch.at or 0, (branch.at or 0) + (branch.by or 0)
    late = {
        name: over - (certificate.not_before or 0)
        for name, certificate in plan.certificates.items()
        if at <= (certificate.not_before or 0) < over
    }

    def change(node: Node) -> tuple[Serve, ...]:
        return tuple(
            step.model_copy(update={"at": max(step.at, over)}) if step.certificate in late else step
            for step in node.serves
        )

    certificates = {}
    for name, certificate in plan.certificates.items():
        moved = {
            field: value + late.get(name, 0)
            for field, value in (("not_before", certificate.not_before), ("not_after", certificate.not_after))
            if value is not None
        }
        certificates[name] = certificate.model_copy(update=moved)
    return _with_nodes(plan, change).model_copy(update={"certificates": certificates})


def _node_stuck(plan: Plan, branch: Branch) -> Plan:
    def change(node: Node) -> tuple[Serve, ...]:
        if node.id != branch.node:
            return node.serves
        stored = tuple(step for step in node.serves if step.at < plan.start)
        return stored or node.serves[:1]

    return _with_nodes(plan, change)
