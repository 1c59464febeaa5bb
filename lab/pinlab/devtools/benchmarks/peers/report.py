"""The comparison as a whole: who takes part, what is missing here, and the answer for people and machines."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from pinlab.devtools.benchmarks.peers.fixtures import set_stage
from pinlab.devtools.benchmarks.peers.interceptors import HaproxyForging, Mitmdump, Sslsplit
from pinlab.devtools.benchmarks.peers.measure import MeasureRow, measure, median
from pinlab.devtools.benchmarks.peers.peer import Peer, missing
from pinlab.devtools.benchmarks.peers.pinlab_programs import OurInterceptor, OurOrigin
from pinlab.devtools.benchmarks.peers.ratios import Ratio, ratios
from pinlab.devtools.benchmarks.peers.servers import Haproxy, Nginx

EVERY: tuple[Peer, ...] = (
    OurOrigin(),
    Nginx(),
    Haproxy(),
    OurInterceptor(),
    HaproxyForging(),
    Sslsplit(),
    Mitmdump(),
)
PACKAGES = "apt-get install nginx-light haproxy sslsplit mitmproxy"


@dataclass(frozen=True)
class PeerComparison:
    """What one run measured."""

    rows: Sequence[MeasureRow] = ()
    ratios: Sequence[Ratio] = ()
    absent: Sequence[str] = field(default_factory=tuple)
    """Peers that are not installed here."""

    def machine_rows(self) -> Iterator[dict[str, Any]]:
        """Rows of pinlab.bench/1."""
        for row in self.rows:
            yield {
                "name": row.name,
                "kind": row.kind,
                "cpu_s_per_1000": _rounded(row.warm),
                "cold_cpu_s_per_1000": _rounded(row.cold) if row.cold else None,
                "strange_cpu_s_per_1000": _rounded(row.strange) if row.strange else None,
                "refused_cpu_s_per_1000": _rounded(row.refused),
                "bulk_mb_per_s": row.bulk_mb_per_s and round(row.bulk_mb_per_s),
                "kb_per_idle": row.kb_per_idle and round(row.kb_per_idle, 1),
            }

    def machine_ratios(self) -> dict[str, float]:
        """Ratios by name."""
        return {ratio.bar.name: round(ratio.value, 3) for ratio in self.ratios}


def compare(notify: Callable[[str], None], *, rounds: int, connections: int) -> PeerComparison:
    """Measure all that are installed here. Raises PeerError, or the minting's errors."""
    present = [peer for peer in EVERY if not missing(peer)]
    absent = tuple(peer.name for peer in EVERY if missing(peer))
    if not any(peer.program == "nginx" for peer in present):
        return PeerComparison(absent=absent)
    with tempfile.TemporaryDirectory(prefix="pinlab-peers-") as folder:
        rows = measure(
            present, set_stage(Path(folder)), rounds=rounds, connections=connections, notify=notify
        )
    return PeerComparison(rows, tuple(ratios(rows)), absent)


def print_comparison(found: PeerComparison, console: Console) -> None:
    """The two tables for people, and who was not there."""
    if found.rows:
        console.print(_costs(found.rows), _bars(found.ratios))
    if found.absent:
        console.print(f"Not installed here: {', '.join(found.absent)} ({PACKAGES})")


def _costs(rows: Sequence[MeasureRow]) -> Table:
    table = Table(box=None, title="\nProcessor seconds for 1,000 connections", title_justify="left")
    table.add_column("")
    for name in (
        "one name",
        "best",
        "a new name each",
        "a strange one",
        "refused",
        "bulk MB/s",
        "KiB per idle",
    ):
        table.add_column(name, justify="right")
    for row in rows:
        sizes = (row.bulk_mb_per_s, row.kb_per_idle)
        kinds = (row.cold, row.strange, row.refused)
        costs = (_shown(row.warm), f"{min(row.warm):.3f}", *(_shown(cost) for cost in kinds))
        table.add_row(row.name, *costs, *("" if size is None else f"{size:.0f}" for size in sizes))
    return table


def _bars(found: Sequence[Ratio]) -> Table:
    table = Table(box=None, title="\nOurs by theirs", title_justify="left")
    for name in ("", "ratio", "at most"):
        table.add_column(name, justify="right" if name else "left")
    table.add_column("")
    for ratio in found:
        word = "" if ratio.met is None else "met" if ratio.met else "NOT MET"
        most = "" if ratio.bar.most is None else f"{ratio.bar.most:g}"
        table.add_row(ratio.bar.name, f"{ratio.value:.2f}", most, word)
    return table


def _shown(values: Sequence[float]) -> str:
    return f"{median(values):.3f}" if values else ""


def _rounded(values: Sequence[float]) -> float:
    return round(median(values), 4)
