"""The command line: it registers the commands, one module for each, and turns errors into sentences.

No traceback reaches a user (PINLAB_DEBUG=1 shows it). What a command needs is imported when it is called, so that
`--help` is quick.
"""

from __future__ import annotations

import os
from typing import Any

import typer

from pinlab.cli import world
from pinlab.cli.clients import app as clients_app
from pinlab.cli.demo import demo
from pinlab.cli.list import attacks, coverage, doctor, explain, flaws, list_scenarios
from pinlab.cli.matrix import matrix
from pinlab.cli.pins import app as pins_app
from pinlab.cli.rehearse import rehearse
from pinlab.cli.renewals import renewals
from pinlab.cli.run import run
from pinlab.cli.serve import serve

app = typer.Typer(
    name="pinlab",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Does your client refuse what it should? A test harness and MITM lab for certificate pinning.",
    epilog="Exit status: 0 as expected, 1 not, 2 usage, 3 could not conclude, 130 interrupted.",
)
app.command()(run)
app.command()(demo)
app.command()(serve)
app.command("list")(list_scenarios)
app.command()(explain)
app.command()(coverage)
app.command()(attacks)
app.command()(flaws)
app.command()(doctor)
app.add_typer(world.app, name="world")
app.add_typer(pins_app, name="pins")
app.command()(rehearse)
app.add_typer(clients_app, name="clients")
app.command()(renewals)
app.command()(matrix)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit status."""
    from pinlab.cli.errors import explain_error
    from pinlab.core.error_text import print_error

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
    print_error(text)
    return code
