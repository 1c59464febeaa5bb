"""The demonstration as one self-contained page, for those who were not in the room."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pinlab import __version__
from pinlab.core.files import write_atomically
from pinlab.demo.play import PlayedDemonstration
from pinlab.demo.script import NAMES, Chapter
from pinlab.demo.terminal import VERDICT_SAYS
from pinlab.reports.html_shell import render

PAGE = Path(__file__).with_name("page")

PlayedChapters = Sequence[tuple[Chapter, Sequence[PlayedDemonstration]]]


def document(played_chapters: PlayedChapters, *, seed: int, started: str) -> str:
    """The page as text; `started` is a date that people read."""
    says = {str(verdict): text for verdict, text in VERDICT_SAYS.items()}
    about = {"version": __version__, "seed": seed, "started": started}
    return render(PAGE, "demo", {"chapters": played_chapters, "names": NAMES, "says": says, **about})


def write_page(path: Path, played_chapters: PlayedChapters, *, seed: int, started: str) -> None:
    """Write the page. Raises OSError."""
    write_atomically(path, document(played_chapters, seed=seed, started=started))
