"""The model: what every cell of a plan will do, and what that sums up to. Pure, and exact at every edge.

`predict(plan)` is the whole of it. A cell is a release (with its stack and the state of its pin list), a
node, a stretch of time, an error of the clock and a chain; its verdict is `verdicts.judge`. What a rehearsal
needs to run is `distinct_cells`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import floor

from pinlab.rotation.model import polynomial
from pinlab.rotation.model.chain_building import AS_PLANNED, Chain, chain_of, chains_of
from pinlab.rotation.model.edges import edges, verdict_edges
from pinlab.rotation.model.figures import Figures, Piece, figures_of
from pinlab.rotation.model.populations import (
    Face,
    Population,
    accepted_editions,
    faces_of,
    populations_of,
    with_edition,
)
from pinlab.rotation.model.predictions import Predicted, Prediction, Why, judge
from pinlab.rotation.plan.model import Plan


@dataclass(frozen=True)
class Cell:
    """One prediction: from `start` to `until` these clients get this verdict from this node."""

    app: str
    stack: str
    """`populations.MAIN`, or another TLS stack in the app."""
    state: str
    """`populations.BUILT_IN`, an edition of the pin list, or `populations.FRESH`."""
    node: str
    face: str
    """"", or "rsa-only"."""
    certificate: str
    variant: str
    """`chains.AS_PLANNED`, or another chain that may be met for the certificate."""
    skew: int
    """The error of the client's clock, in seconds."""
    start: float
    until: float
    verdict: Prediction
    why: Why
    share: float
    """The share of all connections that are in it just after `start`."""
    population: Population = field(compare=False, repr=False)
    """Where its pins are: `population.pins`, `population.app`."""
    peak: float = 0.0
    """The largest share of all connections that is ever in it."""

    @property
    def probe(self) -> float:
        """Give a time well inside it, where a rehearsal should look."""
        return (self.start + self.until) / 2

    @property
    def is_locked_out(self) -> bool:
        """Say whether its users are LOCKED_OUT."""
        return self.verdict.is_locked_out


@dataclass(frozen=True)
class Forecast:
    """What the model says of a plan."""

    plan: Plan
    cells: tuple[Cell, ...]
    """Every cell of the window, the planned chain and the variants."""
    pieces: tuple[Piece, ...]
    """The curves: shares locked out by pin and by PKIX, unpinned and unknown, gap by gap."""
    figures: Figures

    @property
    def planned_cells(self) -> tuple[Cell, ...]:
        """Give the cells of the chains that the plan names: those that are weighed."""
        return tuple(cell for cell in self.cells if cell.variant == AS_PLANNED)


@dataclass(frozen=True)
class Standing:
    """How one population fares at one face at one time."""

    population: Population
    face: Face
    chain: Chain
    judged: Predicted
    resumed: float
    """The part of its connections that resume a session and check nothing."""


def predict(plan: Plan) -> Forecast:
    """Predict every cell of a plan and sum them up over its window."""
    pieces = tuple(_pieces(plan))
    return Forecast(plan, tuple(_merged(_cells(plan))), pieces, figures_of(plan, pieces))


def distinct_cells(prediction: Forecast) -> tuple[Cell, ...]:
    """Give one cell for each thing that a rehearsal must run: what a client cannot tell apart is run once."""
    plan = prediction.plan
    hosts = {node.id: (plan.host_of(node), node.staples) for node in plan.nodes}
    found: dict[tuple[object, ...], Cell] = {}
    for cell in prediction.cells:
        meets = (*hosts[cell.node], cell.certificate, cell.variant, cell.verdict, cell.why)
        found.setdefault((cell.app, cell.stack, cell.state, *meets), cell)
    return tuple(found.values())


def standings(plan: Plan, time: float) -> tuple[Standing, ...]:
    """Give how everybody fares at a time, on the chains that the plan names."""
    faces = faces_of(plan)
    fares = (_fares(plan, population, face, time) for population in populations_of(plan) for face in faces)
    return tuple(fare for fare in fares if fare is not None)


def judge_population(plan: Plan, entry: Population, face: Face, chain: Chain, time: float) -> Predicted:
    """Judge one population; a pin list that a failure refreshes has the last word."""
    at = floor(time)
    judged = judge(plan, entry.app, entry.pins, face.node, chain, at, entry.skew)
    if judged.verdict is not Prediction.PIN_REFUSED or entry.app.pin_list is None or entry.everyone:
        return judged
    pin_list = plan.pin_lists[entry.app.pin_list.list]
    published = [edition for edition in accepted_editions(plan, entry.app) if edition.at <= time]
    if not pin_list.on_failure or pin_list.host_pinned or not published:
        return judged
    return judge(plan, entry.app, with_edition(entry.pins, published[-1]), face.node, chain, at, entry.skew)


def _fares(plan: Plan, entry: Population, face: Face, time: float) -> Standing | None:
    """Give how a population fares at a face; None before that serves anything."""
    served = face.served(time)
    if served is None:
        return None
    chain = chain_of(plan, served)
    resumed = _resumed(plan, entry, face, time, sorted(set(verdict_edges(plan))))
    return Standing(entry, face, chain, judge_population(plan, entry, face, chain, time), resumed)


def _resumed(plan: Plan, entry: Population, face: Face, time: float, changes: Sequence[float]) -> float:
    """Give the part of connections that resume; `changes` are the verdict edges of the plan, in order.

    Tickets come evenly from the last ticket lifetime; each needs a full handshake then that was accepted.
    """
    resumption = plan.clients.resumption
    if resumption is None:
        return 0.0
    start, accepted = time - resumption.ticket_lifetime, 0.0
    inside = changes[bisect_right(changes, start) : bisect_left(changes, time)]
    for left, right in pairwise((start, *inside, time)):
        middle = (left + right) / 2
        served = face.served(middle)
        if served is None:
            continue
        judged = judge_population(plan, entry, face, chain_of(plan, served), middle)
        accepted += 0.0 if judged.verdict.is_locked_out else right - left
    return resumption.share * accepted / resumption.ticket_lifetime


def _pieces(plan: Plan) -> Iterator[Piece]:
    populations, faces = populations_of(plan), faces_of(plan)
    changes = sorted(set(verdict_edges(plan)))
    for start, end in pairwise(edges(plan, *plan.window)):
        shares: dict[Prediction, list[float]] = {verdict: [0.0] * 4 for verdict in Prediction}
        times = [start + (end - start) * node for node in polynomial.NODES]
        for population in populations:
            sizes = [population.size(plan, time) for time in times]
            for face in faces if any(sizes) else ():
                served = face.served(times[0])
                if served is None:
                    continue
                judged = judge_population(plan, population, face, chain_of(plan, served), (start + end) / 2)
                for number, time in enumerate(times):
                    full = 1 - _resumed(plan, population, face, time, changes)
                    shares[judged.verdict][number] += sizes[number] * face.weight * full
        curves = {name: polynomial.through((v[0], v[1], v[2], v[3])) for name, v in shares.items()}
        yield Piece(start, end, curves)


def _cells(plan: Plan) -> Iterator[Cell]:
    faces = faces_of(plan)
    gaps = list(pairwise(edges(plan, *plan.window)))
    for population in populations_of(plan):
        for face in faces:
            for start, end in gaps:
                yield from _cells_of_gap(plan, population, face, start, end)


def _cells_of_gap(plan: Plan, entry: Population, face: Face, start: float, end: float) -> Iterator[Cell]:
    middle = (start + end) / 2
    served, size = face.served(middle), entry.size(plan, middle)
    if served is None or size <= 0:
        return
    first, last = (entry.size(plan, start + (end - start) * part) * face.weight for part in (1e-9, 1 - 1e-9))
    for chain in chains_of(plan, served):
        judged = judge_population(plan, entry, face, chain, middle)
        yield Cell(
            *(
                entry.app.id,
                entry.stack,
                entry.state,
                face.node.id,
                face.label,
                served,
                chain.variant,
                entry.skew,
            ),
            *(start, end, judged.verdict, judged.why, first, entry, max(first, last)),
        )


def _merged(cells: Iterable[Cell]) -> Iterator[Cell]:
    """Join neighbours in time that differ in nothing else."""
    open_cells: dict[tuple[object, ...], Cell] = {}
    for cell in cells:
        key = (cell.population, cell.node, cell.face, cell.variant)
        last = open_cells.get(key)
        if last and (last.until, last.certificate, last.verdict, last.why) == (
            *(cell.start, cell.certificate, cell.verdict, cell.why),
        ):
            open_cells[key] = replace(last, until=cell.until, peak=max(last.peak, cell.peak))
            continue
        if last:
            yield last
        open_cells[key] = cell
    yield from open_cells.values()
