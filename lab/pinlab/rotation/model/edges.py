"""The edges of a plan: every moment at which a verdict can change, or a share can step or bend.

Between two neighbours nothing changes but shares, and these run straight; so the model looks once at each
gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pinlab.rotation.model.adoption import adopted, breakpoints
from pinlab.rotation.model.validity import validity
from pinlab.rotation.plan.apps import App
from pinlab.rotation.plan.model import Plan


def edges(plan: Plan, start: float, end: float) -> tuple[float, ...]:
    """Give all edges from start to end, in order, both ends among them."""
    verdicts = set(verdict_edges(plan))
    bends = {*breakpoints(plan), *_list_bends(plan)}
    if (resumption := plan.clients.resumption) is not None:
        bends |= {edge + resumption.ticket_lifetime for edge in verdicts}
    inside = {edge for edge in verdicts | bends if start < edge < end}
    plain = sorted({start, end, *inside})
    return tuple(sorted({*plain, *_overtakings(plan, plain)}))


def verdict_edges(plan: Plan) -> Iterator[float]:
    """Give every moment at which some client's verdict may change; a wrong clock moves it."""
    clocks = (0, *(group.by for group in plan.clients.skew))
    for name, certificate in plan.certificates.items():
        yield from (moment - skew for moment in validity(plan, name) for skew in clocks)
        if certificate.revoked is not None:
            yield certificate.revoked
    for app in plan.apps:
        for pins in (app.pins, *(stack.pins for stack in app.stacks)):
            if pins.expiration is not None:
                yield from (pins.expiration - skew for skew in clocks)
    yield from (step.at for node in plan.nodes for step in node.serves)
    yield from (issuer.distrusted for issuer in plan.issuers.values() if issuer.distrusted is not None)
    yield from (moment for veto in plan.vetoes for moment in (veto.start, veto.end))
    yield from (edition.at for pin_list in plan.pin_lists.values() for edition in pin_list.editions)


def _list_bends(plan: Plan) -> Iterator[float]:
    for pin_list in plan.pin_lists.values():
        yield from (edition.at + pin_list.refresh for edition in pin_list.editions)


def _overtakings(plan: Plan, plain: list[float]) -> Iterator[float]:
    """Give where one release overtakes another in a gap, as a staged one that is held may be."""
    if plan.adoption.telemetry:
        return
    staged = [app for app in plan.apps if app.stages]
    for left, right in pairwise(plain):
        for app in staged:
            for other in plan.line(app):
                at = _meeting(plan, app, other, left, right) if other is not app else None
                if at is not None:
                    yield at


def _meeting(plan: Plan, app: App, other: App, left: float, right: float) -> float | None:
    near, far = left + (right - left) / 4, right - (right - left) / 4
    gap = [adopted(plan, app, at) - adopted(plan, other, at) for at in (near, far)]
    slope = (gap[1] - gap[0]) / (far - near)
    if slope == 0:
        return None
    at = near - gap[0] / slope
    return at if left < at < right else None
