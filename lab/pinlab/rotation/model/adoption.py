"""Adoption: the share of the fleet that has each release at a time.

A curve gives the share that took a release some days after it came out, straight between its rows. Who has
not taken a release has the one before it, and the oldest release is what everybody had.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pinlab.rotation.plan.apps import App
from pinlab.rotation.plan.fleet import Adoption
from pinlab.rotation.plan.model import Plan
from pinlab.rotation.plan.moments import DAY

Rows = Sequence[tuple[float, float]]

CURVES: dict[str, Rows] = {
    # Assumed: a fleet with automatic updates. The row at 730 days is what S20's figures need (see S20).
    "T": (
        *((0, 0.0), (1, 0.25), (3, 0.45), (7, 0.65), (14, 0.78), (30, 0.88)),
        *((60, 0.93), (90, 0.95), (180, 0.97), (365, 0.985), (730, 0.99)),
    ),
    # Measured to day 30 on a fleet of 10,000 devices (neurons.dk, 2015), assumed from there on.
    "S": (
        *((0, 0.0), (1, 0.155), (2, 0.289), (3, 0.337), (7, 0.421), (14, 0.484), (21, 0.526), (28, 0.559)),
        *((30, 0.568), (60, 0.66), (90, 0.73), (180, 0.83), (365, 0.90)),
    ),
}


def rows_of(adoption: Adoption) -> Rows:
    """Give the rows of a curve, in days and shares."""
    return CURVES[adoption.curve] if adoption.curve else adoption.rows


def interpolate(points: Sequence[tuple[float, float]], x: float, *, steps: bool = False) -> float:
    """Give the value at x: straight between points (or steps), level before the first and after the last."""
    at = bisect_right(points, x, key=lambda point: point[0])
    if at == 0:
        return points[0][1]
    if at == len(points) or steps:
        return points[at - 1][1]
    (left, low), (right, high) = points[at - 1], points[at]
    return low + (high - low) * (x - left) / (right - left)


def adopted(plan: Plan, app: App, time: float) -> float:
    """Give the share of its platform that has taken this release, or a later one, by its own dates."""
    if plan.line(app)[0].id == app.id:
        return 1.0
    if not app.stages:
        return _by_curve(plan.adoption, time - app.release)
    return _by_stages(plan.adoption, app, time)


def share_of(plan: Plan, app: App, time: float) -> float:
    """Give the share of the fleet that has exactly this release at a time."""
    if plan.adoption.telemetry:
        points = [(row.at, row.share) for row in plan.adoption.telemetry if row.version == app.id]
        return interpolate(points, time, steps=plan.adoption.steps) if points else 0.0
    newer = max((adopted(plan, entry, time) for entry in plan.newer(app)), default=0.0)
    return plan.platform_share(app) * max(0.0, adopted(plan, app, time) - newer)


def breakpoints(plan: Plan) -> Iterator[float]:
    """Give every time at which a share may step or bend."""
    if plan.adoption.telemetry:
        yield from (row.at for row in plan.adoption.telemetry)
        return
    days = [day for day, _ in rows_of(plan.adoption)]
    for app in plan.apps:
        if app is plan.line(app)[0]:
            continue
        starts = [stage.at for stage in app.stages] or [app.release]
        yield from (start + day * DAY for start in starts for day in (0, *days))


def days_until(adoption: Adoption, share: float) -> float | None:
    """Give how many days after its release a version reaches a share; None if the curve never does."""
    rows = rows_of(adoption)
    for (left, low), (right, high) in pairwise(rows):
        if low >= share:
            return left
        if high >= share:
            return right if adoption.steps else left + (right - left) * (share - low) / (high - low)
    return rows[0][0] if rows and rows[0][1] >= share else None


def arrival(plan: Plan, app: App, share: float) -> float | None:
    """Give when a release, or a later one, is on that share of its platform; None if never."""
    if plan.adoption.telemetry:
        apps, line = (app, *plan.newer(app)), plan.line(app)
        days = sorted({row.at for row in plan.adoption.telemetry})
        return next((at for at in days if _sum(plan, apps, at) >= share * _sum(plan, line, at) > 0), None)
    days_needed = days_until(plan.adoption, share)
    start = app.stages[-1].at if app.stages else app.release
    return None if days_needed is None else start + days_needed * DAY


def _sum(plan: Plan, apps: Sequence[App], time: float) -> float:
    return sum(share_of(plan, app, time) for app in apps)


def _by_curve(adoption: Adoption, age: float) -> float:
    rows = rows_of(adoption)
    return 0.0 if age < 0 or not rows else interpolate(rows, age / DAY, steps=adoption.steps)


def _by_stages(adoption: Adoption, app: App, time: float) -> float:
    held = 0.0
    for stage in app.stages:
        if time < stage.at:
            break
        if stage.share >= 1:  # open to all: who was not in a stage before takes it along the curve
            return held + (1 - held) * _by_curve(adoption, time - stage.at)
        held = stage.share
    return held
