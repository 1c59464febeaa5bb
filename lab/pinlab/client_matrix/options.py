"""The options of `pinlab matrix`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pinlab.core.options import option
from pinlab.core.paths import ROOT

DOCS = ROOT / "lab" / "docs"


@dataclass(frozen=True)
class MatrixOptions:
    """As they were typed."""

    client: tuple[str, ...] = option((), "NAME as `pinlab clients` lists it. [default: all that are here]")
    suite: str = option("pinning", "smoke, pinning or full.")
    runs: int = option(1, "How often each is run; verdicts that differ are named.")
    timeout: float = option(10.0, "Seconds for one visit; a browser on a busy machine needs more.")
    json: Path | None = option(None, "Write the result objects of all runs here.")
    html: Path | None = option(None, "Write a page for a browser here.")
    out: Path | None = option(None, "Folder of clients.md and .json. [default: the pages of this tree]")
    add: bool = option(False, "Keep what --out says of the other clients; only these are new.", "--add")
    render: bool = option(False, "Run nothing: only make the pages again.", "--render")

    @property
    def folder(self) -> Path:
        """The folder of the data and the pages."""
        return self.out or DOCS
