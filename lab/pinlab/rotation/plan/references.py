"""Names in a plan must lead somewhere. Every one that does not is named, with the nearest that exists."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pinlab.core.errors import FileError, did_you_mean, place
from pinlab.rotation.plan.apps import App, AppPins
from pinlab.rotation.plan.model import Plan

Dangling = tuple[str, str, str, Collection[str]]
"""Where, what it should be, the name, and the names that exist."""


def check_names(plan: Plan, file: str) -> None:
    """Raise FileError with a sentence for each dangling name."""
    found = [*_pki(plan), *_apps(plan), *_nodes(plan), *_others(plan)]
    problems = [
        f'{place(file, "", where)}"{name}" is no {kind} of this plan{did_you_mean(name, known)}'
        for where, kind, name, known in found
        if name not in known
    ]
    for key, ids in (("apps", [app.id for app in plan.apps]), ("nodes", [node.id for node in plan.nodes])):
        twice = sorted({name for name in ids if ids.count(name) > 1})
        problems += [
            f'{place(file, "", key)}two of them have the id "{name}"; each needs its own' for name in twice
        ]
    if problems:
        raise FileError(problems)


def _pki(plan: Plan) -> Iterator[Dangling]:
    for name, issuer in plan.issuers.items():
        where = f"issuers.{name}"
        if issuer.parent is not None:
            yield f"{where}.parent", "issuer", issuer.parent, plan.issuers
        for other in (*issuer.pool, *issuer.cross_signed_by):
            yield where, "issuer", other, plan.issuers
    for name, certificate in plan.certificates.items():
        yield f"certificates.{name}.key", "key", certificate.key, plan.keys
        yield f"certificates.{name}.issuer", "issuer", certificate.issuer, plan.issuers


def _pins(plan: Plan, pins: AppPins, where: str) -> Iterator[Dangling]:
    if pins.mode == "cert-hash":
        known: Collection[str] = plan.certificates
    elif pins.mode == "root-store":
        known = plan.issuers
    else:
        known = {**plan.keys, **plan.issuers}
    for name in pins.names:
        if not name.startswith("sha256/"):
            yield where, "key, issuer or certificate to pin here", name, known


def _app(plan: Plan, app: App, where: str) -> Iterator[Dangling]:
    yield from _pins(plan, app.pins, f"{where}.pins")
    for number, stack in enumerate(app.stacks):
        yield from _pins(plan, stack.pins, f"{where}.stacks[{number}].pins")
    if app.pin_list:
        yield f"{where}.pin_list.list", "pin list", app.pin_list.list, plan.pin_lists


def _apps(plan: Plan) -> Iterator[Dangling]:
    ids = [app.id for app in plan.apps]
    for number, app in enumerate(plan.apps):
        yield from _app(plan, app, f"apps[{number}]")
        if app.platform is not None:
            yield f"apps[{number}].platform", "platform", app.platform, plan.platforms
    yield from (("gate.supported_from", "release", name, ids) for name in plan.gate.supported_from)
    for number, seen in enumerate(plan.seen):
        if seen.app is not None:
            yield f"seen[{number}].app", "release", seen.app, ids


def _nodes(plan: Plan) -> Iterator[Dangling]:
    for number, node in enumerate(plan.nodes):
        where = f"nodes[{number}]"
        for step in node.serves:
            for name in (step.certificate, *((step.rsa,) if step.rsa is not None else ())):
                yield f"{where}.serves", "certificate", name, plan.certificates
        if node.managed_by is not None:
            yield f"{where}.managed_by", "manager", node.managed_by, plan.managers


def _others(plan: Plan) -> Iterator[Dangling]:
    for name, manager in plan.managers.items():
        for root in manager.may_use:
            yield f"managers.{name}.may_use", "issuer", root, plan.issuers
    for name, pin_list in plan.pin_lists.items():
        for edition in pin_list.editions:
            pins = AppPins(set=edition.pins)
            yield from _pins(plan, pins, f"pin_lists.{name}.editions")
    for number, branch in enumerate(plan.branches):
        where = f"branches[{number}]"
        for kind, value, known in (
            ("key", branch.key, plan.keys),
            ("issuer", branch.issuer, plan.issuers),
            ("certificate", branch.certificate, plan.certificates),
            ("certificate", branch.to, plan.certificates),
            ("node", branch.node, [node.id for node in plan.nodes]),
        ):
            if value is not None:
                yield where, kind, value, known
