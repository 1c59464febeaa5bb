"""One terse sign of life while a run goes on: a live line at a terminal, a mark for each case elsewhere.

It writes to stderr only, so that no one's pipe of results is disturbed.
"""

from __future__ import annotations

import sys
from collections import Counter

from pinlab.core.enums import ResultOutcome
from pinlab.core.error_text import print_error
from pinlab.runner.results import Result

MARKS = {
    ResultOutcome.PASSED: ".",
    ResultOutcome.FAILED: "F",
    ResultOutcome.ERROR: "E",
    ResultOutcome.SKIPPED: "s",
}
WIDTH = 72


class Progress:
    """Counts finished cases and shows it."""

    def __init__(self, total: int) -> None:
        """`total` cases are to come."""
        self._total, self._done = total, 0
        self._counts: Counter[str] = Counter()
        self._live = sys.stderr.isatty()

    def finished(self, result: Result) -> None:
        """One more is done."""
        self._done += 1
        self._counts[str(result.verdict)] += 1
        if self._live:
            counts = "  ".join(f"{word} {count}" for word, count in sorted(self._counts.items()))
            line = f"[{self._done}/{self._total}]  {counts}  {result.scenario}"
            self._write(f"\r\x1b[K{line[:110]}")
        else:
            self._write(MARKS[ResultOutcome(result.outcome)])
            if self._done % WIDTH == 0:
                self._write("\n")

    def close(self) -> None:
        """Leave the line clean."""
        if self._live:
            self._write("\r\x1b[K")
        elif self._done % WIDTH:
            self._write("\n")

    def _write(self, text: str) -> None:
        print_error(text, end="")
