"""Processor time of this process and of all its children that have ended, in seconds."""

from __future__ import annotations

import resource


def processor_s() -> float:
    """User and system time together (getrusage(2))."""
    every = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in every)
