"""Waits for the end of processes that are no children of this one: by pidfd_open(2), which tells when one has ended."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterable


def all_end(pids: Iterable[int], within_s: float) -> bool:
    """Whether every process of `pids` ends within so many seconds; one that is gone already has ended."""
    deadline = time.monotonic() + within_s
    return all(_ends(pid, deadline) for pid in pids)


def _ends(pid: int, deadline: float) -> bool:
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        ready, _, _ = select.select([handle], [], [], max(0.0, deadline - time.monotonic()))
        return bool(ready)
    finally:
        os.close(handle)
