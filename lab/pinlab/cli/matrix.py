"""`pinlab matrix`."""

from __future__ import annotations

import typer

from pinlab.cli.options import takes
from pinlab.client_matrix.options import MatrixOptions


@takes(MatrixOptions)
def matrix(options: MatrixOptions) -> None:
    """Run many clients against the catalogue and write what each of them comes to."""
    from pinlab.client_matrix.main import run_matrix

    raise typer.Exit(run_matrix(options))
