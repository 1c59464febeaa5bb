"""`pinlab demo`: plays the acts, shows them, keeps the page. Exit status 0 only if all came as it is told."""

from __future__ import annotations

import secrets
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from pinlab.demo.acts import Act
from pinlab.demo.page import write_page
from pinlab.demo.stage import Played, Stage
from pinlab.demo.terminal import Terminal
from pinlab.errors import UsageError
from pinlab.run_folder import run_folder
from pinlab.suite import terminated_like_interrupted
from pinlab.tools import known_flaws, known_kinds
from pinlab.words import ExitStatus


@dataclass(frozen=True)
class DemoRequest:
    """The options of `pinlab demo` as they were typed."""

    step: bool = False
    html: Path | None = None
    seed: int | None = None


def run_demo(request: DemoRequest) -> ExitStatus:
    """Play it all; 1 where a scene did not end as it is told. Raises the errors that `errors` knows."""
    if request.step and not sys.stdin.isatty():
        raise UsageError("--step waits for Enter, and there is no terminal to press it at; leave it out")
    if request.html and (request.html.is_dir() or not request.html.absolute().parent.is_dir()):
        raise UsageError(f"{request.html}: cannot be written: it is a folder, or its folder does not exist")
    seed = secrets.randbelow(2**32) if request.seed is None else request.seed
    started = datetime.now(UTC)
    terminal = Terminal(Console(highlight=False), _wait if request.step else None)
    told: list[tuple[Act, list[Played]]] = []
    with terminated_like_interrupted(), run_folder() as folder:
        stage = Stage(folder, seed, int(time.time()), known_kinds(), known_flaws())
        for act, scenes in stage.acts():
            terminal.opens(act)
            told.append((act, []))
            for played in scenes:
                told[-1][1].append(played)
                terminal.shows(played)
            terminal.closes(act)
    if request.html:
        write_page(request.html, told, seed=seed, started=f"{started:%Y-%m-%d}")
    good = all(played.as_told for _, scenes in told for played in scenes)
    return ExitStatus.OK if good else ExitStatus.NOT_AS_EXPECTED


def _wait() -> None:
    input("\n[Enter goes on] ")
