"""What the catalogue says of a scenario, as a report tells it: prose, why it is wrong, what is shown.

It reads the catalogue and draws nothing of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pinlab.catalogue.loader import Catalogue
from pinlab.catalogue.registry import KindInfo
from pinlab.reports.chain_diagram import draw


@dataclass(frozen=True)
class Prose:
    """One scenario in words; `drawing` is the chain that is shown, a line each, the forged certificate marked."""

    doc: str
    why: str | None
    refs: tuple[str, ...]
    drawing: tuple[str, ...]


def prose_of(catalogue: Catalogue, kinds: Mapping[str, KindInfo], ids: Iterable[str]) -> dict[str, Prose]:
    """The prose of these scenarios, by id."""
    chosen = [catalogue.scenarios[id_] for id_ in dict.fromkeys(ids)]
    return {
        scenario.id: Prose(
            scenario.doc,
            scenario.why,
            scenario.refs,
            tuple(draw(scenario, catalogue.cast_of(scenario), kinds)),
        )
        for scenario in chosen
    }
