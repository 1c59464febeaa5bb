"""How many processes run the cases of a run."""

from __future__ import annotations

import os

WORTH_A_WORKER = 12
"""So many cases for each worker make the run shorter by more than a worker's own witnesses cost."""
MOST_WORKERS = 256


def worker_count(chosen: str, cases: int) -> int:
    """Processes for `cases` cases: `auto` means two for each core, none where they would cost more than give.

    A worker mostly waits for its witnesses and its client: with one for each core, cores stand idle.

    ValueError: neither `auto` nor a number up to `MOST_WORKERS`.
    """
    if chosen != "auto":
        count = int(chosen)
        if not 0 <= count <= MOST_WORKERS:
            raise ValueError(chosen)
        return 0 if count == 1 else count
    count = min(2 * len(os.sched_getaffinity(0)), cases // WORTH_A_WORKER)
    return count if count > 1 else 0
