"""`pinlab sbom`. Thin, like cli.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def sbom(
    out: Annotated[Path | None, typer.Option(help="Write it here instead of printing it.")] = None,
    serial: Annotated[bool, typer.Option("--serial", help="With a random serial number.")] = False,
) -> None:
    """Print what the lab is made of, as CycloneDX 1.5: locked packages with their hashes, Debian packages."""
    from pinlab.paths import ROOT
    from pinlab.report.files import write_whole
    from pinlab.sbom.document import document

    text = json.dumps(document(ROOT, serial=serial), indent=1) + "\n"
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_whole(out, text)
