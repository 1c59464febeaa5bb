"""The demonstration from its beginning to its page; 0 only if every connection ended as the text says."""

from __future__ import annotations

import secrets
import sys
import time
from datetime import UTC, datetime

from rich.console import Console

from pinlab.catalogue.registry import known_flaws, known_kinds
from pinlab.core.enums import ExitStatus
from pinlab.core.errors import UsageError
from pinlab.demo.html import write_page
from pinlab.demo.options import DemoOptions
from pinlab.demo.play import DemoLab, PlayedDemonstration
from pinlab.demo.script import Chapter
from pinlab.demo.terminal import Terminal
from pinlab.runner.execute import terminated_like_interrupted
from pinlab.runner.run_dir import run_folder


def run_demo(options: DemoOptions) -> ExitStatus:
    """Play it all; 1 where a demonstration did not end as the script says. Raises the errors that `errors` knows."""
    if options.step and not sys.stdin.isatty():
        raise UsageError("--step waits for Enter, and there is no terminal to press it at; leave it out")
    if options.html and (options.html.is_dir() or not options.html.absolute().parent.is_dir()):
        raise UsageError(f"{options.html}: cannot be written: it is a folder, or its folder does not exist")
    seed = secrets.randbelow(2**32) if options.seed is None else options.seed
    started = datetime.now(UTC)
    terminal = Terminal(Console(highlight=False), _wait if options.step else None)
    played_chapters: list[tuple[Chapter, list[PlayedDemonstration]]] = []
    with terminated_like_interrupted(), run_folder() as folder:
        stage = DemoLab(folder, seed, int(time.time()), known_kinds(), known_flaws())
        for chapter, demonstrations in stage.chapters():
            terminal.opens(chapter)
            played_chapters.append((chapter, []))
            for played in demonstrations:
                played_chapters[-1][1].append(played)
                terminal.shows(played)
            terminal.closes(chapter)
    if options.html:
        write_page(options.html, played_chapters, seed=seed, started=f"{started:%Y-%m-%d}")
    good = all(played.as_expected for _, demonstrations in played_chapters for played in demonstrations)
    return ExitStatus.OK if good else ExitStatus.NOT_AS_EXPECTED


def _wait() -> None:
    input("\n[Enter goes on] ")
