"""The comparison as a picture: one bar for each server and kind of load, in an SVG that stands by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from pinlab.peers.rounds import Row, median

WIDTH, LEFT, RIGHT, BAR, GAP = 900, 170, 70, 15, 14
KINDS = (
    ("warm", "one name", "#4c78a8"),
    ("cold", "a new name each", "#f58518"),
    ("strange", "a strange name each", "#b79a20"),
    ("refused", "refused", "#54a24b"),
)
"""Which list of a row, its words and its colour."""


def plot(rows: Sequence[Row]) -> str:
    """Draw the processor seconds for 1,000 connections of every row."""
    costs = [getattr(row, kind) for row in rows for kind, _, _ in KINDS]
    most = max((median(cost) for cost in costs if cost), default=1.0)
    body, top = [], 56
    for row in rows:
        drawn = list(_bars(row, top, (WIDTH - LEFT - RIGHT) / most))
        body += [_text(LEFT - 10, top + len(drawn) * BAR / 2 + 4, row.name, "end"), *(bar for bar in drawn)]
        top += len(drawn) * BAR + GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" role="img" '
        'font-family="sans-serif" font-size="12"><title>Processor seconds for 1,000 connections</title>'
        f'<rect width="{WIDTH}" height="{top}" fill="#fff"/>'
        f"{_text(10, 20, 'Processor seconds for 1,000 connections, median')}{''.join(_legend())}"
        f"{''.join(body)}</svg>\n"
    )


def _bars(row: Row, top: float, scale: float) -> Iterator[str]:
    shown = [(median(getattr(row, kind)), colour) for kind, _, colour in KINDS if getattr(row, kind)]
    for place, (value, colour) in enumerate(shown):
        y, long = top + place * BAR, value * scale
        bar = f'<rect x="{LEFT}" y="{y:.1f}" width="{long:.1f}" height="{BAR - 2}" fill="{colour}"/>'
        yield bar + _text(LEFT + long + 5, y + BAR - 4, f"{value:.2f}")


def _legend() -> Iterator[str]:
    for place, (_, words, colour) in enumerate(KINDS):
        x = LEFT + place * 150
        yield f'<rect x="{x}" y="31" width="12" height="12" fill="{colour}"/>' + _text(x + 18, 42, words)


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#222">{escape(words)}</text>'
