"""Measures every server in turns, so that all meet the same weather, and gives a row for each."""

from __future__ import annotations

import contextlib
import dataclasses
import statistics
import time
from collections.abc import Callable, Iterator, Sequence

from pinlab.devtools.benchmarks.peers.load import carry, held_open
from pinlab.devtools.benchmarks.peers.peer import STRANGE_SITE, Peer, PeerSetup
from pinlab.devtools.benchmarks.peers.pinned_process import LOAD_CPU, PeerError, Running, running
from pinlab.devtools.benchmarks.peers.servers import Nginx

IDLE = 500
BULK_VISITS = 24
LOADS = ("warm", "refused", "cold", "strange")
SETTLED_S = 6
"""Longer than any peer waits before it tidies up: haproxy's pool-purge-delay is 5 s."""


@dataclasses.dataclass
class MeasureRow:
    """What was measured of one server. Processor seconds for 1,000 connections, one number for each round."""

    name: str
    kind: str
    warm: list[float] = dataclasses.field(default_factory=list)
    cold: list[float] = dataclasses.field(default_factory=list)
    """A new name for each connection, which the certificate behind covers: interceptors only."""
    strange: list[float] = dataclasses.field(default_factory=list)
    """A new name for each, which it does not cover: interceptors that look at the server behind."""
    refused: list[float] = dataclasses.field(default_factory=list)
    """The client refuses the certificate."""
    bulk_mb_per_s: float | None = None
    kb_per_idle: float | None = None
    asks: bool = False
    """Whether it looks at the server behind before it forges."""


def measure(
    peers: Sequence[Peer], stage: PeerSetup, *, rounds: int, connections: int, notify: Callable[[str], None]
) -> list[MeasureRow]:
    """Give a row for each of `peers`. All run at once, but only one is under load at any time.

    A program of others that does not come up or cannot carry its first load is reported and left out. Raises
    PeerError, naming the one that failed, where it is one of the lab's own or fails later.
    """
    with contextlib.ExitStack() as stack:
        behind = stack.enter_context(running(Nginx(), stage, LOAD_CPU))
        places = {"server": stage, "interceptor": dataclasses.replace(stage, upstream=behind.port)}
        started = [entry for peer in peers if (entry := _ready(peer, places[peer.kind], stack, notify))]
        rows = [MeasureRow(entry.peer.name, entry.peer.kind, asks=entry.peer.asks) for entry in started]
        visits = [_Visits(entry, row) for entry, row in zip(started, rows, strict=True)]
        for number in range(rounds):
            notify(f"round {number + 1} of {rounds}")
            for kind in LOADS:
                for each in visits:
                    each.make(kind, number, connections)
        time.sleep(SETTLED_S)  # the last visits have no next one to wait for
        for each in visits:
            each.settle()
        for entry, row in zip(started, rows, strict=True):
            notify(f"bulk and idle: {row.name}")
            _size(entry, row)
    return rows


def _ready(
    peer: Peer, stage: PeerSetup, stack: contextlib.ExitStack, notify: Callable[[str], None]
) -> Running | None:
    """Start one and let it meet its first connections, which pay for what is set up once."""
    try:
        entry = stack.enter_context(running(peer, stage))
        carry(entry, 50)
    except PeerError as error:
        if peer.program.startswith("pinlab-"):
            raise
        notify(f"left out: {error}")
        return None
    return entry


class _Visits:
    """The visits to one server. What it puts off until a load is over (haproxy closes its connections to the
    server behind seconds later) is part of that load's cost: a visit counts until the next one begins."""

    def __init__(self, to: Running, row: MeasureRow) -> None:
        self.to, self.row = to, row
        self.due: tuple[list[float], float, int] | None = None

    def make(self, kind: str, number: int, connections: int) -> None:
        """Carry one load, if it is one for this server."""
        if (kind == "cold" and self.row.kind != "interceptor") or (kind == "strange" and not self.row.asks):
            return
        self.settle()
        fresh = ("--fresh-sni", "--first", str(number * connections))
        extra = {
            "warm": (),
            "refused": ("--refuse",),
            "cold": fresh,
            "strange": (*fresh, "--sni", STRANGE_SITE),
        }
        self.due = (getattr(self.row, kind), self.to.cpu_s(), connections)
        carry(self.to, connections, *extra[kind])

    def settle(self) -> None:
        """Write down what the last visit has cost by now."""
        if self.due:
            costs, before, connections = self.due
            costs.append((self.to.cpu_s() - before) / connections * 1000)
        self.due = None


def _size(entry: Running, row: MeasureRow) -> None:
    if entry.peer.bulk:
        moved = carry(entry, BULK_VISITS, "--path", "/bulk", "--at-once", "4")
        row.bulk_mb_per_s = moved["bytes"] / moved["seconds"] / 1e6
    before = entry.memory_kib()
    with held_open(entry, IDLE):
        row.kb_per_idle = (entry.memory_kib() - before) / IDLE


def median(values: Sequence[float]) -> float:
    """The middle one; NaN where nothing was measured."""
    return statistics.median(values) if values else float("nan")


def by_round(ours: Sequence[float], theirs: Sequence[float]) -> Iterator[float]:
    """The ratio of each round: what both met in the same weather."""
    return (mine / yours for mine, yours in zip(ours, theirs, strict=True))
