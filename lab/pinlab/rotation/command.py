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
    full: Annotated[
        bool, typer.Option("--full", help="Also make a real connection of the client for each distinct cell.")
    ] = False,
    client: Annotated[
        str | None,
        typer.Option(help="With --full: a client that `pinlab clients` lists. [default: reference]"),
    ] = None,
    command: Annotated[
        str | None, typer.Option(help="With --full: a program of yours: 'my-app {url} --ca {ca_file}'.")
    ] = None,
    world: Annotated[
        Path | None, typer.Option(help="With --full: a world made by `pinlab world create`, for fixed pins.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write the answer here as one HTML page.")] = None,
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

    if lint + model + full > 1:
        raise UsageError("--lint, --model and --full exclude each other; each does what those before it do")
    if not full and (client or command or world):
        raise UsageError("--client, --command and --world belong to --full")
    perform = None
    if full:
        from pinlab.rotation.performance import performer

        perform = performer(client, command, world)
    stage: Stage = "lint" if lint else "full" if full else "model"
    made, prediction = answer(read_plan(plan), stage, perform)
    print_answer(made, prediction)
    if json:
        write_whole(json, as_json(made))
    if html:
        from pinlab.rotation.page import write_page  # jinja2 costs every run its start

        write_page(html, made, prediction)
    if sarif:
        write_whole(sarif, sarif_log(made, plan))
    raise typer.Exit(made.exit_status)
