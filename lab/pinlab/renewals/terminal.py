"""What real renewals came to, for people at a terminal."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import IO

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pinlab.core.text import printable
from pinlab.renewals.measure import MeasuredRenewal
from pinlab.rotation.lint.finding import Finding

_PLAIN_WIDTH = 100


class Printer:
    """Prints on one stream (default: stdout), readable without colour."""

    def __init__(self, file: IO[str] | None = None) -> None:
        self._console = Console(file=file, highlight=False)
        if not self._console.is_terminal and "COLUMNS" not in os.environ:
            self._console.width = _PLAIN_WIDTH

    def say(self, line: str) -> None:
        """Print a sentence."""
        self._console.print(Text(printable(line, 600)))

    def table(self, measured: MeasuredRenewal) -> None:
        """Print what each renewal did to the pins of the chain before it."""
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
        for name in (measured.tool, "key", "issuer", "root", "pins that break", "app with the old leaf"):
            table.add_column(printable(name, 60), overflow="fold")
        for renewal in measured.renewals:
            broken = renewal.broken_pins
            words = ["NEW" if place in broken else "kept" for place in ("leaf", "intermediate", "root")]
            table.add_row(
                *(Text(word) for word in (renewal.what, *words, ", ".join(broken) or "none", renewal.app))
            )
        self._console.print(table)

    def findings(self, findings: Sequence[Finding]) -> None:
        """Print findings as `pinlab rehearse` does."""
        for finding in findings:
            self._console.print(
                Text(
                    f"{finding.severity.upper()} {finding.rule} {finding.name}  {printable(finding.where, 80)}"
                )
            )
            for line in (f"{finding.message}.", f"Fix: {finding.fix}."):
                self._console.print(Padding(Text(printable(line, 600)), (0, 0, 0, 4), expand=False))
