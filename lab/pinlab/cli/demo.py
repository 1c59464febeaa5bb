"""`pinlab demo`."""

from __future__ import annotations

import typer

from pinlab.cli.options import takes
from pinlab.demo.options import DemoOptions


@takes(DemoOptions)
def demo(options: DemoOptions) -> None:
    """Show to people what an attacker gets from a client without pins, and what from one with them."""
    from pinlab.demo.run import run_demo

    raise typer.Exit(run_demo(options))
