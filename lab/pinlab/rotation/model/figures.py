"""What a plan sums up to over its window: the figures that a gate is held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pinlab.rotation.model import polynomial
from pinlab.rotation.model.predictions import Prediction
from pinlab.rotation.plan.model import Plan
from pinlab.rotation.plan.moments import DAY, in_days

NOTICED = 0.001
"""From this share on a lock-out counts as one in `days_over_0_1_percent`."""
_DUST = 1e-9


@dataclass(frozen=True)
class Piece:
    """The shares of every verdict between two edges, as polynomials on [0, 1]."""

    start: float
    end: float
    curves: Mapping[Prediction, polynomial.Coefficients]

    @property
    def locked_out(self) -> polynomial.Coefficients:
        """Give the share that is locked out, by pin or by PKIX."""
        p, x = self.curves[Prediction.PIN_REFUSED], self.curves[Prediction.PKI_REFUSED]
        return p[0] + x[0], p[1] + x[1], p[2] + x[2], p[3] + x[3]

    def at(self, verdict: Prediction, time: float) -> float:
        """Give the share of a verdict at a time inside; at an edge, the limit from inside."""
        return polynomial.value(self.curves[verdict], (time - self.start) / (self.end - self.start))


@dataclass(frozen=True)
class Figures:
    """Shares are fractions, times are days."""

    window: tuple[float, float]
    peak_locked_out: float
    """The largest share locked out at one time."""
    peak_at: float | None
    """When, in days; None if no one ever is."""
    fleet_days: float
    """The sum of the lock-out, in days of the whole fleet."""
    days_over_0_1_percent: float
    """For how long more than 0.1 % are locked out."""
    unpinned_fleet_days: float
    """The sum of connections that were accepted without pinning in force."""
    remainder: float
    """The share that is still locked out at the end of the window."""
    unknown_fleet_days: float
    """The sum of connections of clients that only a rehearsal can judge."""


def figures_of(plan: Plan, pieces: Iterable[Piece]) -> Figures:
    """Sum up the pieces of a window."""
    peak, peak_at = 0.0, None
    locked = over = unpinned = unknown = remainder = 0.0
    for piece in pieces:
        length, curve = (piece.end - piece.start) / DAY, piece.locked_out
        highest, where = polynomial.peak(curve)
        if highest > peak + _DUST:
            peak, peak_at = highest, piece.start + where * (piece.end - piece.start)
        locked += polynomial.integral(curve) * length
        over += polynomial.over(curve, NOTICED + _DUST) * length
        unpinned += polynomial.integral(piece.curves[Prediction.ACCEPTED_UNPINNED]) * length
        unknown += polynomial.integral(piece.curves[Prediction.UNKNOWN]) * length
        remainder = polynomial.value(curve, 1.0)
    return Figures(
        window=(in_days(plan.start), in_days(plan.end)),
        peak_locked_out=_clean(peak),
        peak_at=None if peak_at is None else in_days(peak_at),
        fleet_days=_clean(locked),
        days_over_0_1_percent=_clean(over),
        unpinned_fleet_days=_clean(unpinned),
        remainder=_clean(remainder),
        unknown_fleet_days=_clean(unknown),
    )


def _clean(number: float) -> float:
    return max(0.0, round(number, 6)) + 0.0
