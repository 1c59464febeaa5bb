"""The curves of a prediction as points to draw: who is locked out when, and what a branch would add. Pure.

Shares are polynomials between edges and jump at them, so each edge has a point on either side.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pinlab.rotation.model.branches import branched
from pinlab.rotation.model.figures import Piece, figures_of
from pinlab.rotation.model.predict import Forecast, predict
from pinlab.rotation.model.predictions import Prediction
from pinlab.rotation.plan.model import Plan

Points = list[tuple[float, float]]
"""Time in seconds from t0, share."""
_BENDS = 12
"""Points for a piece that is no straight line."""
_FLAT = 1e-9


@dataclass(frozen=True)
class Timeline:
    """What the chart draws. Shares are stacked: `invalid` lies on top of `pin`."""

    start: float
    end: float
    pin: Points
    """Locked out by a pin."""
    locked: Points
    """Locked out by a pin or by ordinary validation."""
    unpinned: Points
    """Accepted although nothing was pinned."""
    branches: Points
    """The worst that any branch does, at each time; empty where none does more than the plan."""
    worst: str
    """The branch with the highest peak."""

    @property
    def highest(self) -> float:
        """Give the largest share that is drawn."""
        drawn = (*self.locked, *self.unpinned, *self.branches)
        return max((share for _, share in drawn), default=0.0)


def timeline_of(prediction: Forecast) -> Timeline:
    """Give the curves of a plan and its branches."""
    plan, pieces = prediction.plan, prediction.pieces
    branches = {
        branch.label: _only_inside(plan, predict(branched(plan, branch)).pieces) for branch in plan.branches
    }
    peaks = {label: figures_of(plan, made).peak_locked_out for label, made in branches.items()}
    worst = max(peaks, key=lambda label: peaks[label], default="")
    band = _envelope([pieces, *branches.values()]) if branches else []
    return Timeline(
        *(plan.start, plan.end),
        _points(pieces, (Prediction.PIN_REFUSED,)),
        _points(pieces, (Prediction.PIN_REFUSED, Prediction.PKI_REFUSED)),
        _points(pieces, (Prediction.ACCEPTED_UNPINNED,)),
        band if any(share > _locked(pieces, time) + _FLAT for time, share in band) else [],
        worst,
    )


def _only_inside(plan: Plan, pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    return tuple(piece for piece in pieces if plan.start <= piece.start < plan.end)


def _points(pieces: Sequence[Piece], verdicts: tuple[Prediction, ...]) -> Points:
    """Give the sum of some verdicts; nothing where it is nowhere more than nothing."""
    found: Points = []
    for piece in pieces:
        curves = [piece.curves[verdict] for verdict in verdicts]
        straight = all(abs(curve[2]) < _FLAT and abs(curve[3]) < _FLAT for curve in curves)
        for step in range((1 if straight else _BENDS) + 1):
            time = piece.start + (piece.end - piece.start) * step / (1 if straight else _BENDS)
            found.append((time, max(0.0, sum(piece.at(verdict, time) for verdict in verdicts))))
    return found if any(share > _FLAT for _, share in found) else []


def _envelope(many: Sequence[Sequence[Piece]]) -> Points:
    edges = sorted({time for pieces in many for piece in pieces for time in (piece.start, piece.end)})
    times = [edges[0]]
    for left, right in pairwise(edges):
        inside = (right - left) * 1e-6
        times += [left + inside, *((left + (right - left) * n / 4) for n in (1, 2, 3)), right - inside]
    return [(time, max(_locked(pieces, time) for pieces in many)) for time in times]


def _locked(pieces: Sequence[Piece], time: float) -> float:
    at = bisect_right(pieces, time, key=lambda piece: piece.start) - 1
    piece = pieces[max(at, 0)]
    return max(0.0, piece.at(Prediction.PIN_REFUSED, time) + piece.at(Prediction.PKI_REFUSED, time))
