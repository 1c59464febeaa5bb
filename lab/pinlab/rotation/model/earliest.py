"""The earliest safe date of each step, with everything else as planned; or none, and what would make one.

A cut-over is safe when no more of the supported fleet than the gate allows would refuse the new certificate,
then and ever after. A release is safe when it accepts everything that may be served from then on, roll-backs
included.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from pinlab.rotation.model import polynomial
from pinlab.rotation.model.edges import edges
from pinlab.rotation.model.rotation_model import Handover, RotationModel, Stint
from pinlab.rotation.model.validity import validity
from pinlab.rotation.plan.apps import App
from pinlab.rotation.plan.moments import DAY, format_moment

NEVER = (
    "not without a second pin in the releases that refuse it, a remote pin list or an end of their support"
)
_DUST = 1e-9


@dataclass(frozen=True)
class SafeDate:
    """One step of the plan, its planned date and the earliest safe one, in seconds from t0."""

    step: str
    planned: int
    earliest: int | None
    needs: str = ""
    """What else must change, or what would make a safe date where there is none."""

    @property
    def is_safe(self) -> bool:
        """Say whether the plan is late enough."""
        return self.earliest is not None and self.planned >= self.earliest and not self.needs


def earliest_safe(model: RotationModel) -> tuple[SafeDate, ...]:
    """Give the steps of the window, in order of time."""
    return tuple(sorted([*_cut_overs(model), *_releases(model)], key=lambda over: (over.planned, over.step)))


def cut_over_date(model: RotationModel, handover: Handover) -> int | None:
    """Give when the new certificate of a cut-over can be served; None if never."""
    start, _ = validity(model.plan, handover.new.certificate)
    forced = model.plan.certificates[handover.old.certificate].revoked is not None
    floor = max(model.plan.start, start if forced else start + model.plan.margins.clock)
    return _first_under_gate(model, handover, floor)


def _cut_overs(model: RotationModel) -> Iterator[SafeDate]:
    groups: dict[tuple[str, int], list[Handover]] = {}
    for handover in model.handovers:
        groups.setdefault((handover.new.certificate, handover.at), []).append(handover)
    for (certificate, at), members in groups.items():
        nodes = list(dict.fromkeys(member.new.node.id for member in members))
        everywhere = len(nodes) == len(model.plan.nodes)
        step = f"serve {certificate}" if everywhere else f"serve {certificate} on {', '.join(nodes)}"
        dates = [cut_over_date(model, member) for member in members]
        earliest = None if None in dates else max(date for date in dates if date is not None)
        yield SafeDate(step, at, earliest, NEVER if earliest is None else _needs(model, members, earliest))


def _needs(model: RotationModel, members: list[Handover], earliest: int) -> str:
    for old in dict.fromkeys(member.old.certificate for member in members):
        (_, end), revoked = validity(model.plan, old), model.plan.certificates[old].revoked
        least, ends = earliest + model.plan.margins.end, f"it ends at {format_moment(end)}"
        if revoked is not None and revoked < end:
            end, ends = revoked, f"it is revoked at {format_moment(revoked)}"
        if earliest > members[0].at and end < least:
            return f"{old} must last until {format_moment(least)}; {ends}"
    return ""


def _first_under_gate(model: RotationModel, handover: Handover, floor: int) -> int | None:
    """Find the last time, while it is served, at which too many would refuse it; from there on it is safe."""
    plan, node, certificate = model.plan, handover.new.node, handover.new.certificate
    limit = plan.gate.max_locked_out + _DUST
    horizon = _horizon(model, floor) if handover.new.is_last else handover.new.until
    if floor >= horizon:
        return floor
    all_edges = edges(plan, floor, horizon)
    for start, end in reversed(list(pairwise(all_edges))):
        times = [start + (end - start) * node_at for node_at in polynomial.NODES]
        shares = [model.refusing_share(node, certificate, time) for time in times]
        at = polynomial.last_over(polynomial.through((shares[0], shares[1], shares[2], shares[3])), limit)
        if at is not None:
            return None if end == all_edges[-1] and at == 1.0 else ceil(start + (end - start) * at - 1e-3)
    return floor


def _horizon(model: RotationModel, floor: int) -> float:
    """Give a time after which no share changes any more."""
    far = 10_000 * DAY
    return max([floor, *edges(model.plan, floor - far, floor + far)[:-1]]) + DAY


def _releases(model: RotationModel) -> Iterator[SafeDate]:
    for app in model.plan.apps:
        if app is model.plan.line(app)[0]:
            continue
        planned = app.stages[0].at if app.stages else app.release
        if model.plan.start <= planned <= model.plan.end:
            yield _release(model, app, planned)


def _release(model: RotationModel, app: App, planned: int) -> SafeDate:
    """A release must wait while something that it refuses is served, or can come back by a roll-back."""
    earliest = model.plan.start
    while True:
        refused = next((stint for stint in model.all_stints if _blocks(model, app, stint, earliest)), None)
        if refused is None:
            return SafeDate(f"release {app.id}", planned, earliest)
        if refused.is_last:
            key = model.plan.certificates[refused.certificate].key
            return SafeDate(f"release {app.id}", planned, None, f"pin {key} in it: it stays in service")
        earliest = _last_return(model, refused)


def _blocks(model: RotationModel, app: App, stint: Stint, time: int) -> bool:
    """Say whether a release that comes out at a time refuses a certificate that may be met then."""
    if app.pin_list or not stint.start <= time or (time >= _last_return(model, stint) and not stint.is_last):
        return False
    sets = (app.pins, *(stack.pins for stack in app.stacks))
    return any(model.pins_refuse(pins, stint.node, stint.certificate, time) for pins in sets)


def _last_return(model: RotationModel, stint: Stint) -> int:
    """Give until when a certificate is served or may come back; no one goes back to a revoked one."""
    revoked = model.plan.certificates[stint.certificate].revoked is not None
    return stint.until + (0 if revoked else model.plan.margins.rollback)
