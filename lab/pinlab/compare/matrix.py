"""`pinlab matrix`: measures or reads, then writes the data and both pages, or nothing."""

from __future__ import annotations

import json as jsonlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import adapters
import typer

from pinlab import __version__
from pinlab.catalogue import SHIPPED
from pinlab.compare import markdown, page
from pinlab.compare.data import Client, Comparison, comparison_of, merged, read_comparison
from pinlab.compare.measured import Asked, Interrupted, choose, meet
from pinlab.errors import UsageError
from pinlab.report.files import write_whole
from pinlab.results import Result
from pinlab.run_folder import run_folder
from pinlab.suite import terminated_like_interrupted
from pinlab.suites import Suite
from pinlab.words import ExitStatus, Verdict

DOCS = SHIPPED.parent / "docs"
DATA, TEXT, HTML = "clients.json", "clients.md", "clients.html"
SCHEMA = "pinlab.matrix/1"


@dataclass(frozen=True)
class MatrixRequest:
    """The options as they were typed. `out` is the folder of the data and both pages."""

    clients: tuple[str, ...]
    suite: str
    runs: int
    timeout_s: float
    json: Path | None
    html: Path | None
    out: Path
    add: bool
    render: bool


def run_matrix(request: MatrixRequest) -> int:
    """Measure or read, write, and give the exit status: 3 where a verdict is open, 0 otherwise."""
    _check(request)
    kept = _read(request.out / DATA) if request.render or request.add else None
    told = kept if kept and request.render else _measured(request, kept)
    write_whole(request.out / DATA, told.to_text())
    write_whole(request.out / TEXT, markdown.document(told))
    for path in (request.out / HTML, *([request.html] if request.html else [])):
        page.write_page(path, told)
    typer.echo(f"{request.out / TEXT}: {len(told.clients)} clients. {markdown.stability(told)}")
    return int(_status(told))


def _check(request: MatrixRequest) -> None:
    if request.suite not in tuple(Suite):
        raise UsageError(f"--suite is {', '.join(Suite)}, not {request.suite!r}")
    if not 1 <= request.runs <= 100:
        raise UsageError(f"--runs wants a number from 1 to 100, not {request.runs}")
    if not request.out.is_dir():
        raise UsageError(f"--out {request.out}: there is no such folder")


def _read(path: Path) -> Comparison:
    try:
        return read_comparison(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}; leave --render or --add out") from error


def _measured(request: MatrixRequest, kept: Comparison | None) -> Comparison:
    """What was asked for, beside what is kept. UsageError: another suite is kept, or nobody is here."""
    if kept and kept.suite != request.suite:
        raise UsageError(f"--add: {request.out / DATA} is about --suite {kept.suite}, not {request.suite}")
    chosen = choose(request.clients)
    for one in chosen.missing:
        typer.echo(f"not run: {one['name']} is not here ({one['install']})")
    if not chosen.here:
        raise UsageError("none of these clients is installed; `pinlab clients` says how to get them")
    asked = Asked(request.suite, request.runs, request.timeout_s)
    clients: list[Client] = []
    results: list[Result] = []
    try:
        with terminated_like_interrupted(), run_folder() as folder:
            (folder / "each").mkdir()
            for facts in chosen.here:
                client, found = meet(facts, asked, folder / "each", typer.echo)
                clients.append(client)
                results += found
    except Interrupted as error:
        raise KeyboardInterrupt from error
    if request.json:
        each = {"schema": SCHEMA, "results": [one.to_json() for one in results]}
        write_whole(request.json, jsonlib.dumps(each, indent=2) + "\n")
    today = datetime.now(UTC).date().isoformat()
    told = comparison_of(today, __version__, request.suite, clients, chosen.missing)
    return merged(kept, told, adapters.names()) if kept else told


def _status(told: Comparison) -> ExitStatus:
    every = [one for client in told.clients for one in client.met]
    is_open = any(one.verdict == Verdict.INCONCLUSIVE for one in every)
    return ExitStatus.INCONCLUSIVE if is_open else ExitStatus.OK
