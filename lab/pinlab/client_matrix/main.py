"""`pinlab matrix`: measures or reads, then writes the data and the page, or nothing."""

from __future__ import annotations

import json as jsonlib
from datetime import UTC, datetime
from pathlib import Path

import typer

from pinlab import __version__
from pinlab.client_matrix import html, markdown
from pinlab.client_matrix.data import Client, ClientComparison, comparison_of, merged, read_comparison
from pinlab.client_matrix.measure import Interrupted, RequestedClients, choose, meet
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
    earlier = _read(options.folder / DATA) if options.render or options.add else None
    comparison = earlier if earlier and options.render else _measured(options, earlier)
    write_atomically(options.folder / DATA, comparison.to_text())
    write_atomically(options.folder / TEXT, markdown.document(comparison))
    if options.html:
        html.write_page(options.html, comparison)
    typer.echo(
        f"{options.folder / TEXT}: {len(comparison.clients)} clients. {markdown.stability(comparison)}"
    )
    return int(_status(comparison))


def _check(options: MatrixOptions) -> None:
    if options.suite not in tuple(Suite):
        raise UsageError(f"--suite is {', '.join(Suite)}, not {options.suite!r}")
    if not 1 <= options.runs <= 100:
        raise UsageError(f"--runs wants a number from 1 to 100, not {options.runs}")
    if not options.folder.is_dir():
        raise UsageError(f"--out {options.folder}: there is no such folder")


def _read(path: Path) -> ClientComparison:
    try:
        return read_comparison(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}; leave --render or --add out") from error


def _measured(options: MatrixOptions, earlier: ClientComparison | None) -> ClientComparison:
    """What was asked for, beside what is kept. UsageError: another suite is kept, or no one is here."""
    if earlier and earlier.suite != options.suite:
        raise UsageError(
            f"--add: {options.folder / DATA} is about --suite {earlier.suite}, not {options.suite}"
        )
    chosen = choose(options.client)
    for entry in chosen.missing:
        typer.echo(f"not run: {entry['name']} is not here ({entry['install']})")
    if not chosen.here:
        raise UsageError("none of these clients is installed; `pinlab clients` says how to get them")
    asked = RequestedClients(options.suite, options.runs, options.timeout)
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
        each = {"schema": SCHEMA, "results": [result.to_json() for result in results]}
        write_atomically(options.json, jsonlib.dumps(each, indent=2) + "\n")
    today = datetime.now(UTC).date().isoformat()
    comparison = comparison_of(today, __version__, options.suite, clients, chosen.missing)
    return merged(earlier, comparison, registry.names()) if earlier else comparison


def _status(comparison: ClientComparison) -> ExitStatus:
    every = [case for client in comparison.clients for case in client.met]
    is_open = any(case.verdict == Verdict.INCONCLUSIVE for case in every)
    return ExitStatus.INCONCLUSIVE if is_open else ExitStatus.OK
