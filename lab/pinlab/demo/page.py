"""The demonstration as one self-contained page, for those who were not in the room."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pinlab import __version__
from pinlab.demo.acts import NAMES, Act
from pinlab.demo.stage import Played
from pinlab.demo.terminal import VERDICT_SAYS
from pinlab.report.files import write_whole
from pinlab.report.shell import render

PAGE = Path(__file__).with_name("page")

Told = Sequence[tuple[Act, Sequence[Played]]]


def document(told: Told, *, seed: int, started: str) -> str:
    """The page as text; `started` is a date that people read."""
    says = {str(verdict): text for verdict, text in VERDICT_SAYS.items()}
    about = {"version": __version__, "seed": seed, "started": started}
    return render(PAGE, "demo", {"acts": told, "names": NAMES, "says": says, **about})


def write_page(path: Path, told: Told, *, seed: int, started: str) -> None:
    """Write the page. Raises OSError."""
    write_whole(path, document(told, seed=seed, started=started))
