"""`ci/bench`: what pins and whole runs cost, and a connection beside the peers of the field.

Processor times are this machine's; the ratios are what counts, and each is set beside its bar. It prints and
writes numbers; whether they are good enough to release is for people to say.
"""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from pinlab.core.files import write_atomically
from pinlab.devtools.benchmarks import suite
from pinlab.devtools.benchmarks.peers.pinned_process import PeerError
from pinlab.devtools.benchmarks.peers.report import PeerComparison, compare, print_comparison
from pinlab.processes.binaries import program

SCHEMA = "pinlab.bench/1"
DEADLINE_S = 300
BARS: Mapping[str, tuple[str, float]] = {
    "pin check, path of 4, 16 pins": ("us", 5.0),
    "handshake, TLS 1.2, with by without": ("ratio", 1.02),
    "handshake, TLS 1.3, with by without": ("ratio", 1.02),
}
"""At most so much: microseconds of processor time, or pinned by unpinned."""
EVERY_BAR = {**BARS, **suite.BARS}
NO_PEERS = PeerComparison()
"""A comparison that was not made."""
ROUNDS, CONNECTIONS = 5, 300
"""Enough for ratios that repeat within a few hundredths, and over in a few minutes."""
SIGNS = {"us": " µs", "ratio": "", "wall_s": " s"}


def measured() -> dict[str, dict[str, float]]:
    """What pinlab-pin-benchmark says: by name, its numbers by unit. Raises OSError and subprocess's errors."""
    done = subprocess.run(
        [program("pinlab-pin-benchmark")], capture_output=True, text=True, timeout=DEADLINE_S, check=True
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line.pop("what"): {unit: float(value) for unit, value in line.items()} for line in lines}


def document(found: Mapping[str, Mapping[str, float]], peers: PeerComparison = NO_PEERS) -> dict[str, Any]:
    """The results for machines."""
    kinds = {name: "suite" if name.startswith("suite:") else "client" for name in found}
    rows = [{"name": name, "kind": kinds[name], **values} for name, values in found.items()]
    ratios = {name: found[name][unit] for name, (unit, _) in EVERY_BAR.items() if name in found}
    rows += peers.machine_rows()
    ratios |= peers.machine_ratios()
    machine = {"system": platform.platform(), "processor": _processor()}
    return {"schema": SCHEMA, "machine": machine, "rows": rows, "ratios": ratios}


def print_table(found: Mapping[str, Mapping[str, float]]) -> None:
    """The results for people, each bar beside what was measured."""
    table = Table(box=None, title=f"On {_processor()}", title_justify="left")
    for name in ("measured", "value", "bar", "", "and"):
        table.add_column(name, justify="right" if name in ("value", "bar") else "left")
    for name, values in found.items():
        (unit, value), *_ = values.items()
        bar = EVERY_BAR.get(name)
        word = "" if bar is None else "met" if value <= bar[1] else "NOT MET"
        sign = SIGNS[unit]
        table.add_row(name, f"{value:.3f}{sign}", f"{bar[1]:g}{sign}" if bar else "", word, _rest(values))
    Console(width=100).print(table)


def _rest(values: Mapping[str, float]) -> str:
    """What else was measured of a run."""
    facts = {
        "cpu_s": "{:.1f} s of CPU",
        "cpu_ms_per_case": "{:.0f} ms a case",
        "processes": "{:.0f} processes",
    }
    return ", ".join(form.format(values[unit]) for unit, form in facts.items() if unit in values)


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    found = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(found, platform.machine())


def main(
    json: Annotated[Path | None, typer.Option(help="Write the results here as JSON.")] = None,
    only_peers: Annotated[bool, typer.Option("--only-peers", help="Leave out pins and whole runs.")] = False,
    rounds: Annotated[int, typer.Option(min=1, help="How often each peer is visited.")] = ROUNDS,
    connections: Annotated[int, typer.Option(min=1, help="How many each visit makes.")] = CONNECTIONS,
) -> None:
    """Measure what pinning, whole runs and connections cost."""
    console = Console(width=120)
    try:
        found = {} if only_peers else {**measured(), **suite.measured()}
        if found:
            print_table(found)
        peers = compare(console.print, rounds=rounds, connections=connections)
    except (PeerError, OSError, RuntimeError, subprocess.SubprocessError) as error:
        typer.echo(f"ci/bench: {error}", err=True)
        raise typer.Exit(1) from error
    print_comparison(peers, console)
    if json:
        write_atomically(json, dumped(found, peers))


def dumped(found: Mapping[str, Mapping[str, float]], peers: PeerComparison = NO_PEERS) -> str:
    """The document as text."""
    return json.dumps(document(found, peers), indent=2) + "\n"


if __name__ == "__main__":
    typer.run(main)
