"""`pinlab rehearse`: thin. It reads options, asks for the answer, prints and writes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pinlab.rotation.answer import Stage


def rehearse(
    plan: Annotated[Path, typer.Argument(help="A rotation plan, a TOML file.", show_default=False)],
    lint: Annotated[bool, typer.Option("--lint", help="Only the linter: seconds.")] = False,
    model: Annotated[
        bool, typer.Option("--model", help="Linter, model and every branch, without connections. [default]")
    ] = False,
    json: Annotated[Path | None, typer.Option(help="Write the answer here as JSON.")] = None,
    sarif: Annotated[Path | None, typer.Option(help="Write the findings here as SARIF 2.1.0.")] = None,
) -> None:
    """Say what a rotation plan will do to the users of a pinned app, and from when each step is safe."""
    from pinlab.errors import UsageError
    from pinlab.report.files import write_whole
    from pinlab.rotation.answer import answer, as_json
    from pinlab.rotation.plan_file import read_plan
    from pinlab.rotation.sarif import sarif_log
    from pinlab.rotation.terminal import print_answer

    if lint and model:
        raise UsageError("--lint and --model exclude each other; --model does what --lint does, too")
    stage: Stage = "lint" if lint else "model"
    made, prediction = answer(read_plan(plan), stage)
    print_answer(made, prediction)
    if json:
        write_whole(json, as_json(made))
    if sarif:
        write_whole(sarif, sarif_log(made, plan))
    raise typer.Exit(made.exit_status)
