"""Scales of a chart: values to places, and round numbers for its axes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from pinlab.rotation.plan.moments import DAY

_TOPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
_STEPS = (1 / 24, 1 / 8, 0.25, 0.5, 1, 2, 5, 7, 10, 14, 20, 30, 60, 90, 180, 365, 730)
_MOST_TICKS = 10


@dataclass(frozen=True)
class Scale:
    """A plot: times from `start` to `end` and shares up to `top`, between pixels `x` and `y`."""

    start: float
    end: float
    top: float
    x: tuple[float, float]
    y: tuple[float, float]
    """Upper and lower."""

    def across(self, time: float) -> float:
        """Give the place of a time."""
        part = (time - self.start) / (self.end - self.start)
        return round(self.x[0] + (self.x[1] - self.x[0]) * part, 2)

    def down(self, share: float) -> float:
        """Give the place of a share."""
        return round(self.y[1] - (self.y[1] - self.y[0]) * min(share / self.top, 1.0), 2)


def nice_top(share: float) -> float:
    """Give a round share that leaves some room above `share`."""
    return next((top for top in _TOPS if top >= share * 1.08), 1.0)


def ticks(start: float, end: float) -> list[float]:
    """Give times for the axis, in seconds: round numbers of days, few enough to read."""
    days = (end - start) / DAY
    step = next((step for step in _STEPS if days / step <= _MOST_TICKS), 3650) * DAY
    first = ceil(start / step - 1e-9)
    count = int((end - first * step) / step + 1e-9)
    return [(first + number) * step for number in range(count + 1)]
