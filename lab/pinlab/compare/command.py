"""The options of `pinlab matrix`; the work is done in matrix.py, which only then is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def matrix(
    client: Annotated[
        list[str] | None, typer.Option(help="NAME as `pinlab clients` lists it. [default: all that are here]")
    ] = None,
    suite: Annotated[str, typer.Option(help="smoke, pinning or full.")] = "pinning",
    runs: Annotated[int, typer.Option(help="How often each is run; verdicts that differ are named.")] = 1,
    timeout: Annotated[
        float, typer.Option(help="Seconds for one visit; a browser on a busy machine needs more.")
    ] = 10.0,
    json: Annotated[Path | None, typer.Option(help="Write the result objects of all runs here.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the page here too.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of clients.md, .html and .json. [default: the pages of this tree]"),
    ] = None,
    add: Annotated[
        bool, typer.Option("--add", help="Keep what --out says of the other clients; only these are new.")
    ] = False,
    render: Annotated[bool, typer.Option("--render", help="Run nothing: only make the pages again.")] = False,
) -> None:
    """Run many clients against the catalogue and write what each of them comes to."""
    from pinlab.compare.matrix import DOCS, MatrixRequest, run_matrix

    named = tuple(client or ())
    asked = MatrixRequest(named, suite, runs, timeout, json, html, out or DOCS, add, render)
    raise typer.Exit(run_matrix(asked))
