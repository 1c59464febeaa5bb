"""Which cells a rehearsal wants: the distinct ones of the plan, and what only a branch brings. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pinlab.rotation.model.branches import branched
from pinlab.rotation.model.predict import Cell, Forecast, distinct_cells, predict
from pinlab.rotation.plan.model import Plan


@dataclass(frozen=True)
class RequiredCell:
    """A cell to be run."""

    plan: Plan
    """The plan, or what a branch makes of it."""
    cell: Cell
    branch: str
    """"", or the branch without which no one meets it."""


def required_cells(prediction: Forecast) -> tuple[RequiredCell, ...]:
    """Give the cells of the plan in order, then those that are new in each branch."""
    return tuple(_required(prediction))


def _required(prediction: Forecast) -> Iterator[RequiredCell]:
    seen = set()
    for cell in distinct_cells(prediction):
        seen.add(_content(prediction.plan, cell))
        yield RequiredCell(prediction.plan, cell, "")
    for branch in prediction.plan.branches:
        made = predict(branched(prediction.plan, branch))
        for cell in distinct_cells(made):
            content = _content(made.plan, cell)
            if content not in seen:
                seen.add(content)
                yield RequiredCell(made.plan, cell, branch.label)


def _content(plan: Plan, cell: Cell) -> tuple[object, ...]:
    """What a client can tell: who it is, which server it asks, what it is shown and what it should make of it."""
    node = next(node for node in plan.nodes if node.id == cell.node)
    who = (cell.app, cell.stack, cell.state, plan.host_of(node), node.staples)
    return (*who, cell.certificate, cell.variant, cell.verdict, cell.why)
