"""`pinlab world`: makes a test PKI that stays, and prints its pins."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Test PKIs that stay, for clients whose pins are compiled in.")
Folder = Annotated[Path, typer.Argument(help="The folder of the test PKI.", show_default=False)]


@app.command("create")
def create(folder: Folder) -> None:
    """Make a test PKI that stays, and print its pins in every notation."""
    import time

    from pinlab.catalogue.loader import SHIPPED, WORLD_FILE, load_cast
    from pinlab.cli.world_pins import describe_pins
    from pinlab.pki.lasting_world import create_world

    made = create_world(folder, load_cast(SHIPPED / WORLD_FILE), int(time.time()))
    typer.echo(f"world       {made.path}\n\n{describe_pins(made)}", nl=False)


@app.command("show")
def show(folder: Folder) -> None:
    """Print the pins of a test PKI in every notation."""
    from pinlab.cli.world_pins import describe_pins
    from pinlab.pki.lasting_world import open_world

    typer.echo(describe_pins(open_world(folder)), nl=False)
