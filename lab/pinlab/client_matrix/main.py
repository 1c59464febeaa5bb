"""`pinlab matrix`: measures or reads, then writes the data and the page, or nothing."""

from __future__ import annotations

import json as jsonlib
from datetime import UTC, datetime
from pathlib import Path

import typer

from pinlab import __version__
from pinlab.client_matrix import html, markdown
from pinlab.client_matrix.data import Client, Comparison, comparison_of, merged, read_comparison
from pinlab.client_matrix.measure import Asked, Interrupted, choose, meet
from pinlab.client_matrix.options import MatrixOptions
from pinlab.clients import registry
from pinlab.core.enums import ExitStatus, Suite, Verdict
from pinlab.core.errors import UsageError
from pinlab.core.files import write_atomically
from pinlab.runner.execute import terminated_like_interrupted
from pinlab.runner.results import Result
from pinlab.runner.run_dir import run_folder

DATA, TEXT = "clients.json", "clients.md"
SCHEMA = "pinlab.matrix/1"


def run_matrix(options: MatrixOptions) -> int:
    """Measure or read, write, and give the exit status: 3 where a verdict is open, 0 otherwise."""
    _check(options)
    kept = _read(options.folder / DATA) if options.render or options.add else None
    told = kept if kept and options.render else _measured(options, kept)
    write_atomically(options.folder / DATA, told.to_text())
    write_atomically(options.folder / TEXT, markdown.document(told))
    if options.html:
        html.write_page(options.html, told)
    typer.echo(f"{options.folder / TEXT}: {len(told.clients)} clients. {markdown.stability(told)}")
    return int(_status(told))


def _check(options: MatrixOptions) -> None:
    if options.suite not in tuple(Suite):
        raise UsageError(f"--suite is {', '.join(Suite)}, not {options.suite!r}")
    if not 1 <= options.runs <= 100:
        raise UsageError(f"--runs wants a number from 1 to 100, not {options.runs}")
    if not options.folder.is_dir():
        raise UsageError(f"--out {options.folder}: there is no such folder")


def _read(path: Path) -> Comparison:
    try:
        return read_comparison(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}; leave --render or --add out") from error


def _measured(options: MatrixOptions, kept: Comparison | None) -> Comparison:
    """What was asked for, beside what is kept. UsageError: another suite is kept, or no one is here."""
    if kept and kept.suite != options.suite:
        raise UsageError(f"--add: {options.folder / DATA} is about --suite {kept.suite}, not {options.suite}")
    chosen = choose(options.client)
    for one in chosen.missing:
        typer.echo(f"not run: {one['name']} is not here ({one['install']})")
    if not chosen.here:
        raise UsageError("none of these clients is installed; `pinlab clients` says how to get them")
    asked = Asked(options.suite, options.runs, options.timeout)
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
    if options.json:
        each = {"schema": SCHEMA, "results": [one.to_json() for one in results]}
        write_atomically(options.json, jsonlib.dumps(each, indent=2) + "\n")
    today = datetime.now(UTC).date().isoformat()
    told = comparison_of(today, __version__, options.suite, clients, chosen.missing)
    return merged(kept, told, registry.names()) if kept else told


def _status(told: Comparison) -> ExitStatus:
    every = [one for client in told.clients for one in client.met]
    is_open = any(one.verdict == Verdict.INCONCLUSIVE for one in every)
    return ExitStatus.INCONCLUSIVE if is_open else ExitStatus.OK
