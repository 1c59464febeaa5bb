"""What the lab's witnesses may cost beside their peers: the bars, and what a measurement makes of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from pinlab.devtools.benchmarks.peers.measure import MeasureRow, by_round, median


@dataclasses.dataclass(frozen=True)
class Bar:
    """Our cost by another's, at most `most`; both costs are lists of a `MeasureRow`, one number for each round.

    Where the two do not do the same there is no `most`: the ratio is for information.
    """

    name: str
    ours: tuple[str, str]
    theirs: tuple[str, str]
    most: float | None


OURS = "pinlab-mitm"
BARS = (
    Bar("origin by nginx", ("pinlab-origin", "warm"), ("nginx", "warm"), 1.15),
    Bar("interceptor by haproxy, warm", (OURS, "warm"), ("haproxy, forging", "warm"), 0.85),
    Bar("interceptor by haproxy, cold", (OURS, "cold"), ("haproxy, forging", "cold"), 0.70),
    Bar("interceptor by sslsplit, warm", (OURS, "warm"), ("sslsplit", "warm"), 0.5),
    Bar("interceptor by sslsplit, cold", (OURS, "cold"), ("sslsplit", "cold"), 0.5),
    Bar("interceptor by mitmdump, warm", (OURS, "warm"), ("mitmdump", "warm"), 0.2),
    Bar("refused: interceptor by origin", (OURS, "refused"), ("pinlab-origin", "refused"), 1.2),
    Bar("each name asked for: interceptor by sslsplit", (OURS, "strange"), ("sslsplit", "strange"), None),
    Bar(
        "each name asked for: by haproxy, which never asks",
        (OURS, "strange"),
        ("haproxy, forging", "cold"),
        None,
    ),
)


@dataclasses.dataclass(frozen=True)
class Ratio:
    """One bar beside what was measured: the median of the ratios of each round."""

    bar: Bar
    value: float

    @property
    def met(self) -> bool | None:
        """None where there is no bar."""
        return None if self.bar.most is None else self.value <= self.bar.most


def ratios(rows: Sequence[MeasureRow]) -> Iterator[Ratio]:
    """Give every ratio whose two rows were measured; a peer that is not there has none."""
    named: Mapping[str, MeasureRow] = {row.name: row for row in rows}
    for bar in BARS:
        (our_name, our_list), (their_name, their_list) = bar.ours, bar.theirs
        if our_name in named and their_name in named:
            ours, theirs = getattr(named[our_name], our_list), getattr(named[their_name], their_list)
            if ours and theirs:
                yield Ratio(bar, median(list(by_round(ours, theirs))))
