"""`pinlab rehearse`: thin. It reads options, asks for the answer, prints and writes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pinlab.rotation.answer.answer import Stage


def rehearse(
    plan: Annotated[
        Path | None, typer.Argument(help="A rotation plan, a TOML file.", show_default=False)
    ] = None,
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
    init: Annotated[
        bool, typer.Option("--init", help="Print a commented plan to start from; wants --current, --next.")
    ] = False,
    current: Annotated[
        str | None,
        typer.Option(help="With --init: the certificate in service, PEM, leaf first; or HOST:PORT."),
    ] = None,
    following: Annotated[
        str | None,
        typer.Option("--next", help="With --init: the next certificate, or a CSR for it; or HOST:PORT."),
    ] = None,
    i_may_test: Annotated[
        list[str] | None, typer.Option(help="With --init: a host beyond loopback that HOST:PORT may name.")
    ] = None,
    pin: Annotated[
        list[str] | None, typer.Option(help='With --init: a pin of today\'s app, "sha256/...".')
    ] = None,
    pins: Annotated[
        list[str] | None,
        typer.Option(help="With --init: the app's own pin file, [FORMAT=]FILE; see `pinlab pins formats`."),
    ] = None,
    adoption: Annotated[
        Path | None, typer.Option(help="With --init: telemetry, CSV date,version,share.")
    ] = None,
) -> None:
    """Say what a rotation plan will do to the users of a pinned app, and from when each step is safe."""
    from pinlab.core.errors import UsageError

    if init or plan is None:
        if not init:
            raise UsageError(
                "name a plan, or ask for one: pinlab rehearse --init --current C.pem --next N.pem"
            )
        if plan or lint or model or full or html or json or sarif:
            raise UsageError("--init prints a plan and answers none; leave the plan and its options out")
        typer.echo(
            _draft((current, following, tuple(i_may_test or ())), (pin or [], pins or []), adoption), nl=False
        )
        return
    if current or following or pin or pins or adoption or i_may_test:
        raise UsageError("--current, --next, --pin, --pins and --adoption belong to --init")
    if lint + model + full > 1:
        raise UsageError("--lint, --model and --full exclude each other; each does what those before it do")
    if not full and (client or command or world):
        raise UsageError("--client, --command and --world belong to --full")
    stage: Stage = "lint" if lint else "full" if full else "model"
    raise typer.Exit(_answer(plan, stage, (client, command, world), html=html, json=json, sarif=sarif))


def _draft(
    chains: tuple[str | None, str | None, tuple[str, ...]],
    pinned: tuple[list[str], list[str]],
    adoption: Path | None,
) -> str:
    from datetime import UTC, datetime

    from pinlab.core.errors import UsageError
    from pinlab.rotation.init.draft import DraftInput, initial_plan
    from pinlab.rotation.init.material import material_of
    from pinlab.rotation.init.pins import pins_in

    current, following, may_test = chains
    if current is None or following is None:
        raise UsageError("--init wants --current C.pem and --next N.pem")
    pins, files = pinned
    if pins and files:
        raise UsageError("--pin and --pins exclude each other: pins, or the file that has them")
    if files:
        pins = list(pins_in(files, material_of(current, may_test).hosts))
    return initial_plan(
        DraftInput(current, following, tuple(pins), adoption, may_test), datetime.now(UTC).date()
    )


def _answer(
    plan: Path,
    stage: Stage,
    who: tuple[str | None, str | None, Path | None],
    *,
    html: Path | None,
    json: Path | None,
    sarif: Path | None,
) -> int:
    from pinlab.core.files import write_atomically
    from pinlab.rotation.answer.answer import answer, as_json
    from pinlab.rotation.answer.sarif import sarif_log
    from pinlab.rotation.answer.terminal import print_answer
    from pinlab.rotation.plan.file import read_plan

    perform = None
    if stage == "full":
        from pinlab.rotation.rehearse.run import performer

        perform = performer(*who)
    made, prediction = answer(read_plan(plan), stage, perform)
    print_answer(made, prediction)
    if json:
        write_atomically(json, as_json(made))
    if html:
        from pinlab.rotation.answer.html import write_page  # jinja2 costs every run its start

        write_page(html, made, prediction)
    if sarif:
        write_atomically(sarif, sarif_log(made, plan))
    return made.exit_status
