"""Who connects, and to what: populations of clients that share one verdict, and the faces of nodes.

A population is one release, one TLS stack in it, one state of its pin list and one error of the clock. Its
size may change with time; its pins do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pinlab.rotation.model.adoption import share_of
from pinlab.rotation.plan.apps import App, AppPins
from pinlab.rotation.plan.fleet import Edition, Node, PinList
from pinlab.rotation.plan.model import Plan

MAIN = "main"
BUILT_IN = "built-in"
FRESH = "fresh install"


@dataclass(frozen=True, eq=False)
class Population:
    """Clients that are alike in everything that decides a verdict."""

    app: App
    stack: str
    """MAIN, or the name of another TLS stack in the app."""
    state: str
    """BUILT_IN, "edition 2" of the pin list, or FRESH."""
    pins: AppPins
    skew: int
    """By how many seconds its clock is wrong."""
    part: float
    """Its constant part of the release: traffic of the stack, share of the clock group."""
    since: Edition | None = None
    """The edition that it holds; None: what was built in."""
    until: Edition | None = None
    """The edition that replaces it."""
    everyone: bool = False
    """Whether it keeps its size whatever is published (fresh installs)."""

    def size(self, plan: Plan, time: float) -> float:
        """Give its share of the fleet at a time."""
        return share_of(plan, self.app, time) * self.part * self._holding(plan, time)

    def _holding(self, plan: Plan, time: float) -> float:
        if self.app.pin_list is None or self.everyone:
            return 1.0
        refresh = plan.pin_lists[self.app.pin_list.list].refresh
        return _reached(self.since, refresh, time) - _reached(self.until, refresh, time, absent=0.0)


@dataclass(frozen=True)
class Face:
    """What a node shows to one kind of client."""

    node: Node
    label: str
    """"", or "rsa-only" for clients that cannot use ECDSA."""
    weight: float

    def served(self, time: float) -> str | None:
        """Give the certificate that it shows at a time; None before it serves any."""
        past = [step for step in self.node.serves if step.at <= time]
        if not past:
            return None
        return past[-1].rsa or past[-1].certificate if self.label else past[-1].certificate


def faces_of(plan: Plan) -> tuple[Face, ...]:
    """Give the faces of all nodes; a node that shows everybody the same has one."""
    return tuple(_faces(plan))


def populations_of(plan: Plan) -> tuple[Population, ...]:
    """Give every population of the plan, the oldest release first."""
    return tuple(population for app in plan.apps for population in _of_app(plan, app))


def accepted_editions(plan: Plan, app: App) -> tuple[Edition, ...]:
    """Give the editions of its pin list whose signature the release accepts, in order."""
    if app.pin_list is None:
        return ()
    editions = plan.pin_lists[app.pin_list.list].editions
    return tuple(edition for edition in editions if edition.signer in app.pin_list.signers)


def with_edition(pins: AppPins, edition: Edition) -> AppPins:
    """Give a pin set as an edition of the list leaves it."""
    return pins.model_copy(
        update={"mode": "spki-any", "set": edition.pins, "leaf": (), "ca": (), "expiration": None}
    )


def _faces(plan: Plan) -> Iterator[Face]:
    old = plan.clients.rsa_only
    for node in plan.nodes:
        dual = old > 0 and any(step.rsa for step in node.serves)
        yield Face(node, "", node.weight * (1 - old) if dual else node.weight)
        if dual:
            yield Face(node, "rsa-only", node.weight * old)


def _of_app(plan: Plan, app: App) -> Iterator[Population]:
    rest = 1 - sum(stack.traffic for stack in app.stacks)
    stacks = [(MAIN, rest, app.pins), *((stack.id, stack.traffic, stack.pins) for stack in app.stacks)]
    right = 1 - sum(group.share for group in plan.clients.skew)
    clocks = [(0, right), *((group.by, group.share) for group in plan.clients.skew)]
    for stack, traffic, pins in stacks:
        for skew, share in clocks:
            part = traffic * share
            if app.pin_list is None or stack != MAIN:
                yield Population(app, stack, BUILT_IN, pins, skew, part, everyone=True)
            else:
                yield from _of_list(plan, app, skew, part)


def _of_list(plan: Plan, app: App, skew: int, part: float) -> Iterator[Population]:
    editions = accepted_editions(plan, app)
    fresh = _stuck_when_fresh(plan.pin_lists[app.pin_list.list]) if app.pin_list else 0.0
    held: list[Edition | None] = [None, *editions]
    for number, since in enumerate(held):
        until = held[number + 1] if number + 1 < len(held) else None
        pins = with_edition(app.pins, since) if since else app.pins
        state = f"edition {number}" if since else BUILT_IN
        yield Population(app, MAIN, state, pins, skew, part * (1 - fresh), since, until)
    if fresh:
        yield Population(app, MAIN, FRESH, app.pins, skew, part * fresh, everyone=True)


def _stuck_when_fresh(pin_list: PinList) -> float:
    """Fresh installs fetch the list first; if its host is pinned too, they have only their built-in pins."""
    return pin_list.fresh_installs if pin_list.host_pinned else 0.0


def _reached(edition: Edition | None, refresh: int, time: float, absent: float = 1.0) -> float:
    if edition is None:
        return absent
    return min(1.0, max(0.0, (time - edition.at) / refresh))
