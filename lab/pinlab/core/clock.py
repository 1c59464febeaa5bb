"""The machine's clock, held against one that no one sets: was it moved since a run began?

Certificates are made for the run's `now`, and the client reads the clock when it meets them. One that is
moved between a case and its control makes a client refuse for a reason that only the other one shows.
"""

from __future__ import annotations

import resource
import time

MAY_MOVE_S = 2.0
"""A leap second, and what a reading may miss; slewing moves both clocks alike."""
AT_ONCE_S = 0.05
TRIES = 20


def ahead() -> float:
    """Seconds by which the machine's clock is ahead of the time since it was started (CLOCK_BOOTTIME).

    Only a setting of the clock changes it: not the load, and not a suspension.
    """
    for _ in range(TRIES):
        before = time.clock_gettime(time.CLOCK_BOOTTIME)
        now = time.time()
        if time.clock_gettime(time.CLOCK_BOOTTIME) - before < AT_ONCE_S:
            break
    return now - before


class Clock:
    """The machine's clock as it was when a run began."""

    def __init__(self) -> None:
        """The run begins now."""
        self._ahead = ahead()

    def faults(self) -> list[str]:
        """What is wrong with it by now."""
        moved = ahead() - self._ahead
        if abs(moved) < MAY_MOVE_S:
            return []
        return [f"the clock of this machine was set {moved:+.0f} s during the run: run it again"]


def processor_s() -> float:
    """User and system time together (getrusage(2))."""
    every = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in every)
