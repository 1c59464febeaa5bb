"""`pinlab clients`: the list, the installation, and the scaffold of a new one. Thin, like cli.py."""

from __future__ import annotations

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]
app = typer.Typer(
    invoke_without_command=True,
    help="List the clients that have an adapter, install some, or begin one.",
)


@app.callback()
def clients(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False
) -> None:
    """List the clients that have an adapter: which are here, in which version, and how to get the others."""
    from pinlab.clients import listing

    if context.invoked_subcommand is None:
        typer.echo(listing.clients(as_json))


@app.command("install")
def clients_install(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="As `pinlab clients` lists them.")],
) -> None:
    """Bring clients from PyPI, npm, Maven or built with Go into build/clients, by their locks."""
    from pinlab.clients.install import install

    install(names, typer.echo)


@app.command("new")
def clients_new(
    name: Annotated[str, typer.Argument(help="What --client will call it, such as my_app.")],
    command: Annotated[
        str | None, typer.Option(help="How to start it: 'my-app {url} --ca {ca_file} --pins {pins_file}'.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="Or: write a driver in python or node.")] = None,
) -> None:
    """Write an adapter of your own into ./pinlab_adapters, and check it: probe, valid/* and misissued."""
    from pinlab.cli.run import run_scenarios
    from pinlab.clients.scaffold import NewClient, new_client
    from pinlab.runner.options import RunOptions

    def check(client: str, only: tuple[str, ...]) -> int:
        return run_scenarios(RunOptions(client=client, only=only, suite="pinning"))

    raise typer.Exit(new_client(NewClient(name, command, language), typer.echo, check))
