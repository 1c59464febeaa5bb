"""`pinlab rehearse --full`: settings and a run folder for a rehearsal, and a bar that shows how far it is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from pinlab.core.errors import UsageError
from pinlab.rotation.model.predict import Forecast
from pinlab.rotation.rehearse.rehearsal import rehearse_plan
from pinlab.rotation.rehearse.summary import Rehearsed, rehearsed
from pinlab.runner.execute import terminated_like_interrupted
from pinlab.runner.options import RunOptions
from pinlab.runner.run_dir import run_folder
from pinlab.runner.settings import settings_of

MOST_TRANSCRIPTS = 3
"""So many connections that did not end as predicted are shown at length."""


def performer(client: str | None, command: str | None, world: Path | None) -> Callable[[Forecast], Rehearsed]:
    """Give what rehearses a prediction with a client. UsageError for options that exclude each other."""
    options = RunOptions(client=client, command=command, world=world)
    options.check()
    if world is not None and not (world / "world.json").is_file():
        raise UsageError(f"{world}: is not a world of the lab; make one with: pinlab world create {world}")

    def perform(prediction: Forecast) -> Rehearsed:
        with terminated_like_interrupted(), run_folder() as folder, _bar() as started:
            settings = settings_of(options, folder)
            made = rehearsed(rehearse_plan(prediction, settings, settings.adapter().name, started))
        _print(made.transcripts)
        return made

    return perform


def _print(transcripts: Sequence[str]) -> None:
    """Say on stderr what was seen where something did not end as predicted."""
    for transcript in transcripts[:MOST_TRANSCRIPTS]:
        print(f"\n{transcript}", file=sys.stderr)
    if len(transcripts) > MOST_TRANSCRIPTS:
        print(
            f"\n... and {len(transcripts) - MOST_TRANSCRIPTS} more that did not end as predicted",
            file=sys.stderr,
        )


@contextmanager
def _bar() -> Iterator[Callable[[int], Callable[[int], None]]]:
    """Show a bar on stderr: where that is no terminal, one line at the end."""
    columns = (TextColumn("rehearsing"), BarColumn(), MofNCompleteColumn(), TextColumn("connections"))
    bar = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), auto_refresh=False)
    with bar as progress:  # without a thread of its own: the workers are forked from this process

        def started(total: int) -> Callable[[int], None]:
            task = progress.add_task("", total=total)

            def advance(more: int) -> None:
                progress.advance(task, more)
                progress.refresh()

            return advance

        yield started
