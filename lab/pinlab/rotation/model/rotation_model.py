"""A plan seen as rules see it: who serves what for how long, which cut-overs there are, who refuses what.

It asks only about pins: a certificate that has expired is another rule's business, so dates of certificates
play no part in `refuses`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from pinlab.rotation.model.chain_building import Chain, chain_of
from pinlab.rotation.model.pin_match import is_pinned
from pinlab.rotation.model.populations import (
    MAIN,
    Face,
    Population,
    accepted_editions,
    faces_of,
    populations_of,
    with_edition,
)
from pinlab.rotation.model.predict import Forecast, predict
from pinlab.rotation.model.predictions import covers
from pinlab.rotation.plan.apps import App, AppPins
from pinlab.rotation.plan.fleet import Node
from pinlab.rotation.plan.model import Plan


@dataclass(frozen=True)
class Stint:
    """One certificate on one face of a node, from `start` to `until`."""

    face: Face
    certificate: str
    start: int
    until: int
    """The next change, or the end of the window."""
    is_last: bool
    """Whether nothing follows it."""

    @property
    def node(self) -> Node:
        """Give the node."""
        return self.face.node


@dataclass(frozen=True)
class Handover:
    """A cut-over: at `at` a face changes from one certificate to another."""

    old: Stint
    new: Stint

    @property
    def at(self) -> int:
        """Give the moment."""
        return self.new.start


class RotationModel:
    """A plan with what many rules want to know about it, computed once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._pinned: dict[tuple[object, ...], bool] = {}
        self._sizes: dict[float, list[float]] = {}

    @cached_property
    def prediction(self) -> Forecast:
        """Give what the model says."""
        return predict(self.plan)

    @cached_property
    def populations(self) -> tuple[Population, ...]:
        """Give every population."""
        return populations_of(self.plan)

    @cached_property
    def stints(self) -> tuple[Stint, ...]:
        """Give every stint that touches the window."""
        return tuple(stint for stint in self.all_stints if stint.until > self.plan.start or stint.is_last)

    @cached_property
    def all_stints(self) -> tuple[Stint, ...]:
        """Give every stint, those before the window too."""
        return tuple(stint for face in faces_of(self.plan) for stint in _stints(self.plan, face))

    @cached_property
    def handovers(self) -> tuple[Handover, ...]:
        """Give every cut-over in the window, in order of time."""
        found = [
            Handover(old, new)
            for old, new in pairwise(self.all_stints)
            if old.face == new.face and old.certificate != new.certificate
        ]
        inside = (handover for handover in found if self.plan.start <= handover.at <= self.plan.end)
        return tuple(sorted(inside, key=lambda handover: handover.at))

    @cached_property
    def supported(self) -> tuple[App, ...]:
        """Give the releases within support."""
        return tuple(app for app in self.plan.apps if self.plan.is_supported(app))

    def chain(self, certificate: str) -> Chain:
        """Give the chain of a certificate as planned."""
        return chain_of(self.plan, certificate)

    def pin_sets(self, app: App) -> Iterator[tuple[str, AppPins]]:
        """Give every pin set of a release with a name for it: main, other stacks, editions of its list."""
        yield label(app), app.pins
        for stack in app.stacks:
            yield label(app, stack.id), stack.pins
        for number, edition in enumerate(accepted_editions(self.plan, app), 1):
            yield f"{label(app)}, edition {number} of its pin list", with_edition(app.pins, edition)

    def pins_refuse(self, pins: AppPins, node: Node, certificate: str, time: float) -> bool:
        """Say whether a pin set, in force at that time, refuses the certificate on that node."""
        lapsed = pins.expiration is not None and time >= pins.expiration
        if pins.mode == "external" or lapsed or not pins.enforce or not pins.names:
            return False
        if not covers(self.plan, pins, self.plan.host_of(node)):
            return False
        key = (pins.mode, pins.set, pins.leaf, pins.ca, certificate)
        if key not in self._pinned:
            self._pinned[key] = is_pinned(self.plan, pins, self.chain(certificate))
        return not self._pinned[key]

    def refuses(self, population: Population, node: Node, certificate: str, time: float) -> bool:
        """Say whether a population refuses a certificate; a list refreshed by failure has the last word."""
        if not self.pins_refuse(population.pins, node, certificate, time):
            return False
        if population.app.pin_list is None or population.everyone or population.stack != MAIN:
            return True
        pin_list = self.plan.pin_lists[population.app.pin_list.list]
        published = [
            edition for edition in accepted_editions(self.plan, population.app) if edition.at <= time
        ]
        if not pin_list.on_failure or pin_list.host_pinned or not published:
            return True
        return self.pins_refuse(with_edition(population.pins, published[-1]), node, certificate, time)

    def refusing_share(self, node: Node, certificate: str, time: float) -> float:
        """Give the share of a node's connections by supported releases that would refuse a certificate."""
        sized = zip(self._supported_populations, self._sizes_at(time), strict=True)
        return sum(
            size for population, size in sized if size and self.refuses(population, node, certificate, time)
        )

    def refusers(self, node: Node, certificate: str, start: float, until: float) -> dict[str, float]:
        """Give which supported releases would refuse a certificate in a time, with their largest share."""
        found: dict[str, float] = {}
        for time in (start, (start + until) / 2, until - 1):
            for population, size in zip(self._supported_populations, self._sizes_at(time), strict=True):
                if size > 1e-9 and self.refuses(population, node, certificate, time):
                    name = label(population.app, population.stack)
                    found[name] = max(found.get(name, 0.0), size)
        return found

    @cached_property
    def _supported_populations(self) -> tuple[Population, ...]:
        ids = {app.id for app in self.supported}
        return tuple(population for population in self.populations if population.app.id in ids)

    def _sizes_at(self, time: float) -> list[float]:
        if time not in self._sizes:
            self._sizes[time] = [
                population.size(self.plan, time) for population in self._supported_populations
            ]
        return self._sizes[time]


def label(app: App, stack: str = MAIN) -> str:
    """Name a release, and the stack in it where that is not the main one."""
    return f"app {app.id}" if stack == MAIN else f"app {app.id} ({stack})"


def _stints(plan: Plan, face: Face) -> Iterator[Stint]:
    steps = face.node.serves
    for number, step in enumerate(steps):
        last = number + 1 == len(steps)
        until = plan.end if last else steps[number + 1].at
        shown = face.served(step.at)
        if shown is not None:
            yield Stint(face, shown, step.at, max(until, step.at), last)
