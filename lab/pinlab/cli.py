"""The command line: thin. It reads options, calls the module that does the work, and turns errors into words.

No traceback reaches a user (PINLAB_DEBUG=1 shows it); nothing is decided here.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from pinlab.client_commands import app as clients_app
from pinlab.compare.command import matrix
from pinlab.pins.commands import app as pins_app
from pinlab.rotation.command import rehearse
from pinlab.rotation.renewals.command import renewals
from pinlab.sbom.command import sbom
from pinlab.upstream.options import (
    CanaryOption,
    CaOption,
    DoorOption,
    HostOption,
    InstalledOption,
    MayTestOption,
    PathOption,
    ScriptOption,
    UpstreamOption,
    UpstreamOptions,
)

app = typer.Typer(
    name="pinlab",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Does your client refuse what it should? A test harness and MITM lab for certificate pinning.",
    epilog="Exit status: 0 as expected, 1 not, 2 usage, 3 could not conclude, 130 interrupted.",
)
world_app = typer.Typer(
    no_args_is_help=True, help="Worlds that stay, for clients whose pins are compiled in."
)
app.add_typer(world_app, name="world")
app.add_typer(pins_app, name="pins")
app.command("rehearse")(rehearse)
app.add_typer(clients_app, name="clients")
app.command("renewals")(renewals)
app.command("matrix")(matrix)
app.command("sbom")(sbom)

AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]
SuiteOption = Annotated[str | None, typer.Option("--suite", help="smoke, pinning or full.")]
Folder = Annotated[Path, typer.Argument(help="The world's folder.", show_default=False)]


@app.command()
def run(
    client: Annotated[
        str | None, typer.Option(help="A client that `pinlab clients` lists. [default: reference]")
    ] = None,
    command: Annotated[
        str | None, typer.Option(help="A program of yours: 'my-app {url} --ca {ca_file}'.")
    ] = None,
    via: Annotated[str | None, typer.Option(help="The way onto its path: address, hosts or proxy.")] = None,
    env: Annotated[
        list[str] | None, typer.Option(help="NAME=TEMPLATE for the --command's environment.")
    ] = None,
    pass_env: Annotated[list[str] | None, typer.Option(help="NAME of a variable that it keeps.")] = None,
    world: Annotated[Path | None, typer.Option(help="A world made by `pinlab world create`.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="GLOB of scenario ids, or a family.")] = None,
    suite: Annotated[
        str | None,
        typer.Option(
            help="smoke, pinning or full. [default: full for a client of ours or with --only, else pinning]"
        ),
    ] = None,
    choices: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A choice that RFCs leave; see `list --choices`."),
    ] = None,
    pins: Annotated[
        str | None,
        typer.Option(
            metavar="[FORMAT=]FILE", help="Check what this pin file says, in place of the catalogue."
        ),
    ] = None,
    pin_role: Annotated[
        str | None, typer.Option(help="leaf or ca: what its pins are of, where it is silent.")
    ] = None,
    known: Annotated[Path | None, typer.Option(help="TOML file of known deviations.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the results here as JSON.")] = None,
    junit: Annotated[Path | None, typer.Option(help="Write the results here as JUnit XML.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the results here as a page.")] = None,
    markdown: Annotated[
        Path | None, typer.Option(help="Write the results here as Markdown, for a CI job's summary.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="An earlier --json: exit 1 only on what got worse.")
    ] = None,
    workers: Annotated[str, typer.Option("-n", metavar="auto|N", help="Processes in parallel.")] = "auto",
    timeout: Annotated[float, typer.Option(help="Seconds that the client gets for each visit.")] = 10.0,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep every case, with TLS secrets and packets.")
    ] = False,
    seed: Annotated[int | None, typer.Option(help="Fixes order, canaries and mutations.")] = None,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Confine the client by bubblewrap: it reads only what it must.")
    ] = False,
    upstream: UpstreamOption = None,
    script: ScriptOption = None,
    canary: CanaryOption = None,
    host: HostOption = None,
    path: PathOption = None,
    ca: CaOption = None,
    ca_installed: InstalledOption = False,
    mitm_port: DoorOption = None,
    i_may_test: MayTestOption = None,
) -> None:
    """Run the scenarios against a client and judge it."""
    from pinlab.run import Request, run_request

    request = Request(
        client=client,
        command=command,
        via=via,
        env=tuple(env or ()),
        pass_env=tuple(pass_env or ()),
        world=world,
        only=tuple(only or ()),
        suite=suite,
        choices=tuple(choices or ()),
        pins=pins,
        pin_role=pin_role,
        known=known,
        json=json,
        junit=junit,
        html=html,
        markdown=markdown,
        baseline=baseline,
        workers=workers,
        timeout_s=timeout,
        keep=keep,
        seed=seed,
        sandbox=sandbox,
        upstream=UpstreamOptions.of(
            upstream, script, canary, host, path, ca, ca_installed, mitm_port, i_may_test
        ),
    )
    raise typer.Exit(run_request(request))


@app.command()
def demo(
    step: Annotated[bool, typer.Option("--step", help="Wait for Enter before each act.")] = False,
    html: Annotated[Path | None, typer.Option(help="Keep what was shown as a page.")] = None,
    seed: Annotated[int | None, typer.Option(help="Fixes the secrets.")] = None,
) -> None:
    """Show to people what an attacker gets from a client without pins, and what from one with them."""
    from pinlab.demo.command import DemoRequest, run_demo

    raise typer.Exit(run_demo(DemoRequest(step=step, html=html, seed=seed)))


@app.command()
def serve(
    listen: Annotated[
        str, typer.Option(metavar="ADDRESS", help="The address of this machine that clients reach.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Its port; 0 is any that is free.")] = 0,
    world: Annotated[Path | None, typer.Option(help="A world made by `pinlab world create`.")] = None,
    patience: Annotated[float, typer.Option(help="Seconds that the client gets for each scenario.")] = 600.0,
    timeout: Annotated[float, typer.Option(help="Seconds that a connection gets.")] = 10.0,
    upstream: UpstreamOption = None,
    script: ScriptOption = None,
    canary: CanaryOption = None,
    host: HostOption = None,
    path: PathOption = None,
    ca: CaOption = None,
    ca_installed: InstalledOption = False,
    mitm_port: DoorOption = None,
    i_may_test: MayTestOption = None,
) -> None:
    """Keep the lab open for clients that nobody can start: devices, emulators, browsers, UI tests."""
    from pinlab.serve.command import ServeRequest, run_serve

    given = UpstreamOptions.of(upstream, script, canary, host, path, ca, ca_installed, mitm_port, i_may_test)
    raise typer.Exit(run_serve(ServeRequest(listen, port, world, patience, timeout, given)))


@app.command("list")
def list_scenarios(
    only: Annotated[list[str] | None, typer.Option(help="GLOB of scenario ids, or a family.")] = None,
    suite: SuiteOption = None,
    choices: Annotated[
        bool, typer.Option("--choices", help="The choices that RFCs leave, instead of the scenarios.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the scenarios: what is expected of a pinned client, and what one without pins does."""
    from pinlab import listings

    if choices:
        typer.echo(listings.choices(as_json))
    else:
        typer.echo(listings.scenarios(tuple(only or ()), suite, as_json))


@app.command()
def explain(
    scenario: Annotated[str | None, typer.Argument(help="Its id, family/name.", show_default=False)] = None,
    result: Annotated[
        str | None,
        typer.Option(metavar="FILE[:ID]", help="Explain results of a --json file: what to look at, and how."),
    ] = None,
) -> None:
    """Say what a scenario shows and what a good client does, or why a result is what it is."""
    from pinlab import explain_result, listings
    from pinlab.errors import UsageError

    if (scenario is None) == (result is None):
        raise UsageError("explain wants a scenario (`pinlab list` has them) or --result FILE[:ID]")
    typer.echo(explain_result.explained(result) if result else listings.explanation(str(scenario)))


@app.command()
def coverage(as_json: AsJson = False) -> None:
    """Count the known cases for TLS clients that have a scenario, and name the others with the reason."""
    from pinlab import listings

    typer.echo(listings.coverage(as_json))


@app.command()
def attacks(as_json: AsJson = False) -> None:
    """List the kinds of attack with their parameters."""
    from pinlab import listings

    typer.echo(listings.attacks(as_json))


@app.command()
def flaws(as_json: AsJson = False) -> None:
    """List the flaws of the flawed clients."""
    from pinlab import listings

    typer.echo(listings.flaws(as_json))


@app.command()
def doctor() -> None:
    """Say what is there and what is missing; change nothing."""
    from pinlab import listings

    text, good = listings.doctor()
    typer.echo(text)
    raise typer.Exit(0 if good else 2)


@world_app.command("create")
def world_create(folder: Folder) -> None:
    """Make a world that stays, and print its pins in every form."""
    import time

    from pinlab.catalogue import SHIPPED, WORLD_FILE, load_cast
    from pinlab.own_world import create_world
    from pinlab.pin_forms import describe_pins

    made = create_world(folder, load_cast(SHIPPED / WORLD_FILE), int(time.time()))
    typer.echo(f"world       {made.path}\n\n{describe_pins(made)}", nl=False)


@world_app.command("show")
def world_show(folder: Folder) -> None:
    """Print the pins of a world in every form."""
    from pinlab.own_world import open_world
    from pinlab.pin_forms import describe_pins

    typer.echo(describe_pins(open_world(folder)), nl=False)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit status."""
    from pinlab.errors import explain_error
    from pinlab.room import complain

    try:
        status: Any = app(arguments, prog_name="pinlab", standalone_mode=False)
        code, text = status if isinstance(status, int) else 0, ""
    except BaseException as error:  # the last line of defence: every error becomes words and a status
        text, code = explain_error(error)
    try:
        print(end="", flush=True)
    except OSError as error:  # Python would try once more at its very end, and end with a traceback and 120
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        lost, usage = explain_error(error)
        text, code = text or lost, code or usage
    complain(text)
    return code
