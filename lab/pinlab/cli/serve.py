"""`pinlab serve`."""

from __future__ import annotations

import typer

from pinlab.cli.options import takes
from pinlab.serve.options import ServeOptions
from pinlab.upstream.options import UpstreamOptions


@takes(ServeOptions, UpstreamOptions)
def serve(options: ServeOptions, upstream: UpstreamOptions) -> None:
    """Keep the lab open for clients that no one can start: devices, emulators, browsers, UI tests."""
    from pinlab.cli.serving import run_serve

    raise typer.Exit(run_serve(options, upstream))
