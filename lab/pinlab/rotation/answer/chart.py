"""The lock-out timeline as an SVG that stands in a page: what share is locked out when, and by which step.

Its colours are classes of the page's style sheet, for dark, light and paper. It computes no share.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import escape

from pinlab.core.text import printable
from pinlab.rotation.answer.answer import RehearsalAnswer
from pinlab.rotation.answer.chart_marks import Placed, marks_of, placed
from pinlab.rotation.answer.scale import Scale, nice_top, ticks
from pinlab.rotation.answer.terminal import percent
from pinlab.rotation.answer.timeline import Points, Timeline
from pinlab.rotation.plan.moments import DAY, format_date, format_moment

WIDTH, LEFT, RIGHT, PLOT, FOOT = 1000, 60, 84, 270, 46
ROW = 20
"""The height of a row of labels above the plot."""
_HATCH = (
    '<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)">'
    '<rect class="hatch-ground" width="7" height="7"/><line class="hatch-line" x1="0" y1="0" x2="0" y2="7"/>'
    "</pattern></defs>"
)


def chart(made: RehearsalAnswer, line: Timeline, gate: float) -> str:
    """Draw the timeline of an answer; `gate` is the share that may be locked out."""
    across = Scale(line.start, line.end, 1.0, (LEFT, WIDTH - RIGHT), (0, 1))
    inside = [mark for mark in marks_of(made) if line.start <= mark.time <= line.end]
    marks = placed([(mark, across.across(mark.time)) for mark in inside], WIDTH - RIGHT)
    top = ROW * (1 + max((mark.row for mark in marks if mark.row is not None), default=0)) + 16
    scale = Scale(line.start, line.end, nice_top(max(line.highest, gate)), across.x, (top, top + PLOT))
    message = f"at the worst {percent(made.figures.peak_locked_out)} of connections are locked out"
    parts = (
        *_grid(scale, date.fromisoformat(made.t0)),
        *_areas(scale, line),
        *_gate(scale, gate),
        *(_line(scale, mark) for mark in marks),
        *(_label(scale, mark) for mark in marks if mark.row is not None),
        *_peak(scale, made),
    )
    size = f"0 0 {WIDTH} {top + PLOT + FOOT}"
    return (
        f'<svg class="chart" viewBox="{size}" role="img" aria-labelledby="chart-title">'
        f'<title id="chart-title">Share of connections over time: {escape(message)}</title>'
        f"{_HATCH}{''.join(parts)}</svg>\n"
    )


def _grid(scale: Scale, t0: date) -> Iterator[str]:
    left, right = scale.x
    for step in range(5):
        share = scale.top * step / 4
        y = scale.down(share)
        yield f'<line class="grid" x1="{left}" y1="{y}" x2="{right}" y2="{y}"/>'
        yield _text("axis", left - 8, y + 4, f"{share * 100:.3g} %", "end")
    for time in ticks(scale.start, scale.end):
        x, y = scale.across(time), scale.y[1]
        yield f'<line class="tick" x1="{x}" y1="{y}" x2="{x}" y2="{y + 5}"/>'
        yield _text("axis", x, y + 19, format_moment(time), "middle")
        yield _text(
            "axis date", x, y + 35, format_date(t0, time).replace("T", " ").removesuffix("Z"), "middle"
        )


def _areas(scale: Scale, line: Timeline) -> Iterator[str]:
    if line.branches:
        yield f'<path class="band" d="{_area(scale, line.branches)}"/>'
        yield f'<path class="band-edge" d="{_path(scale, line.branches)}"/>'
    if line.locked:
        yield f'<path class="invalid" fill="url(#hatch)" d="{_area(scale, line.locked)}"/>'
    if line.pin:
        yield f'<path class="pin" d="{_area(scale, line.pin)}"/>'
    if line.locked:
        yield f'<path class="locked-edge" d="{_path(scale, line.locked)}"/>'
    if line.unpinned:
        yield f'<path class="unpinned" d="{_path(scale, line.unpinned)}"/>'


def _gate(scale: Scale, gate: float) -> Iterator[str]:
    y = scale.down(gate)
    yield f'<line class="gate" x1="{scale.x[0]}" y1="{y}" x2="{scale.x[1]}" y2="{y}"/>'
    yield _text("gate-label", scale.x[1] + 6, y + 4, f"gate {percent(gate)}", "start")


def _line(scale: Scale, entry: Placed) -> str:
    """A step without a label says what it is where the pointer rests on it."""
    ends = f'x1="{entry.x}" y1="{_upper(scale, entry)}" x2="{entry.x}" y2="{scale.y[1]}"'
    return f'<line class="mark {entry.mark.kind}" {ends}><title>{_words(entry.mark.label)}</title></line>'


def _label(scale: Scale, entry: Placed) -> str:
    x, anchor = (entry.x - 5, "end") if entry.leftwards else (entry.x + 5, "start")
    return _text(f"label {entry.mark.kind}", x, _upper(scale, entry) + 4, entry.mark.label, anchor)


def _upper(scale: Scale, entry: Placed) -> float:
    return scale.y[0] if entry.row is None else scale.y[0] - 10 - ROW * entry.row


def _peak(scale: Scale, made: RehearsalAnswer) -> Iterator[str]:
    share, at = made.figures.peak_locked_out, made.figures.peak_at
    if at is None:
        middle, upper = (scale.x[0] + scale.x[1]) / 2, scale.y[0] + 40
        yield _text("nobody", middle, upper, "No one is locked out by the plan", "middle")
        return
    x, y = scale.across(at * DAY), scale.down(share)
    late = x > (scale.x[0] + scale.x[1]) / 2
    yield f'<circle class="peak" cx="{x}" cy="{y}" r="4.5"/>'
    label = f"{percent(share)} at {format_moment(at * DAY)}"
    beside = y - 8 if y - scale.y[0] > ROW else y + 20  # labels of steps are above the plot
    yield _text("peak-label", x - 6 if late else x + 6, beside, label, "end" if late else "start")


def _path(scale: Scale, points: Points) -> str:
    return "M" + "L".join(f"{scale.across(time)},{scale.down(share)}" for time, share in points)


def _area(scale: Scale, points: Points) -> str:
    floor = scale.y[1]
    return (
        f"{_path(scale, points)}L{scale.across(points[-1][0])},{floor}L{scale.across(points[0][0])},{floor}Z"
    )


def _text(css: str, x: float, y: float, text: str, anchor: str) -> str:
    return f'<text class="{css}" x="{x}" y="{y}" text-anchor="{anchor}">{_words(text)}</text>'


def _words(text: str) -> str:
    return escape(printable(text, 60))
