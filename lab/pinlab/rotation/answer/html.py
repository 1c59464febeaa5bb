"""The answer as one self-contained HTML page: for a release manager, on a screen, in the dark and on paper.

No request leaves the page and no script runs in it: its own policy admits nothing but its style. What a plan
says is rendered as text and nothing else.
"""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from pinlab.core.files import write_atomically
from pinlab.core.text import printable
from pinlab.reports.html_shell import render
from pinlab.rotation.answer.answer import RehearsalAnswer
from pinlab.rotation.answer.chart import chart
from pinlab.rotation.answer.chart_marks import marks_of
from pinlab.rotation.answer.grid import grid_of
from pinlab.rotation.answer.rehearsal_terminal import summary
from pinlab.rotation.answer.terminal import percent, what_happens
from pinlab.rotation.answer.timeline import timeline_of
from pinlab.rotation.lint.rules.rehearsal import NEGATIVE_CONTROL_PASSED
from pinlab.rotation.model.predict import Forecast
from pinlab.rotation.plan.moments import format_date

PAGE = Path(__file__).with_name("page")
HEADLINES = {
    0: "The plan is safe by its own gate",
    1: "The plan is not safe",
    3: "Not everything could be answered, so the plan does not pass",
}


def document(made: RehearsalAnswer, prediction: Forecast) -> str:
    """Give the page as text."""
    plan, line = prediction.plan, timeline_of(prediction)
    facts = {
        "made": made,
        "headline": _headline(made),
        "happens": list(what_happens(made, plan)),
        "span": tuple(format_date(plan.t0, time) for time in plan.window),
        "chart": Markup(chart(made, line, plan.gate.max_locked_out)),  # every text in it is escaped there
        "line": line,
        "late": any(mark.kind == "safe" and mark.time <= line.end for mark in marks_of(made)),
        "gate": plan.gate,
        "grid": grid_of(made, prediction),
        "measured": list(summary(made)) if made.rehearsal else [],
    }
    filters = {"percent": percent, "printable": lambda text: printable(str(text), 600)}
    return render(PAGE, "rehearsal", facts, filters)


def _headline(made: RehearsalAnswer) -> str:
    if any(finding.rule == NEGATIVE_CONTROL_PASSED.id for finding in made.findings):
        return "The client does not pin, so its rehearsal proves nothing"
    return HEADLINES[made.exit_status]


def write_page(path: Path, made: RehearsalAnswer, prediction: Forecast) -> None:
    """Write the page. Raises OSError."""
    write_atomically(path, document(made, prediction))
