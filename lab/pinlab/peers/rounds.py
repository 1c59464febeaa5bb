"""Measures every server in turns, so that all meet the same weather, and gives a row for each."""

from __future__ import annotations

import contextlib
import dataclasses
import statistics
from collections.abc import Callable, Iterator, Sequence

from pinlab.peers.load import carry, held_open
from pinlab.peers.peer import Peer, Stage
from pinlab.peers.running import LOAD_CPU, Running, running
from pinlab.peers.servers import Nginx

IDLE = 500
BULK_VISITS = 24


@dataclasses.dataclass
class Row:
    """What was measured of one server. Processor seconds for 1,000 connections, one number for each round."""

    name: str
    kind: str
    warm: list[float] = dataclasses.field(default_factory=list)
    cold: list[float] = dataclasses.field(default_factory=list)
    """A new name for each connection: interceptors only."""
    refused: list[float] = dataclasses.field(default_factory=list)
    """The client refuses the certificate."""
    bulk_mb_per_s: float | None = None
    kb_per_idle: float | None = None


def measure(
    peers: Sequence[Peer], stage: Stage, *, rounds: int, connections: int, tell: Callable[[str], None]
) -> list[Row]:
    """Give a row for each of `peers`. All run at once, but only one is under load at any time.

    Raises PeerError, naming the one that failed.
    """
    with contextlib.ExitStack() as stack:
        behind = stack.enter_context(running(Nginx(), stage, LOAD_CPU))
        places = {"server": stage, "interceptor": dataclasses.replace(stage, upstream=behind.port)}
        crew = [stack.enter_context(running(peer, places[peer.kind])) for peer in peers]
        rows = [Row(one.peer.name, one.peer.kind) for one in crew]
        for one in crew:
            carry(one, 50)  # the first connections pay for what is set up once
        for number in range(rounds):
            tell(f"round {number + 1} of {rounds}")
            for one, row in zip(crew, rows, strict=True):
                _one_round(one, row, number, connections)
        for one, row in zip(crew, rows, strict=True):
            tell(f"bulk and idle: {row.name}")
            _size(one, row)
    return rows


def _one_round(one: Running, row: Row, number: int, connections: int) -> None:
    row.warm.append(_cost(one, connections))
    row.refused.append(_cost(one, connections, "--refuse"))
    if row.kind == "interceptor":
        fresh = ("--fresh-sni", "--first", str(number * connections))
        row.cold.append(_cost(one, connections, *fresh))


def _cost(one: Running, connections: int, *extra: str) -> float:
    before = one.cpu_s()
    carry(one, connections, *extra)
    return (one.cpu_s() - before) / connections * 1000


def _size(one: Running, row: Row) -> None:
    if one.peer.bulk:
        moved = carry(one, BULK_VISITS, "--path", "/bulk", "--at-once", "4")
        row.bulk_mb_per_s = moved["bytes"] / moved["seconds"] / 1e6
    before = one.memory_kib()
    with held_open(one, IDLE):
        row.kb_per_idle = (one.memory_kib() - before) / IDLE


def median(values: Sequence[float]) -> float:
    """The middle one; NaN where nothing was measured."""
    return statistics.median(values) if values else float("nan")


def by_round(ours: Sequence[float], theirs: Sequence[float]) -> Iterator[float]:
    """The ratio of each round: what both met in the same weather."""
    return (mine / yours for mine, yours in zip(ours, theirs, strict=True))
