"""The results of a run as one self-contained HTML page: readable without JavaScript, on paper, in the dark.

No request leaves the page: style and script are inside it, and its own policy admits nothing else. It does not
render what came from others as anything but text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from pinlab.core.enums import ExitStatus, ResultOutcome, Verdict
from pinlab.core.files import write_atomically
from pinlab.core.text import printable
from pinlab.core.verdicts import MEANINGS
from pinlab.reports.chain_diagram import ATTACK, PINNED
from pinlab.reports.headline import Headline
from pinlab.reports.html_shell import render
from pinlab.reports.scenario_text import Prose
from pinlab.reports.table import MEANING, MUST, believed
from pinlab.runner.results import Result, RunFacts, summarise

PAGE = Path(__file__).with_name("page")
_CLASS = {
    ResultOutcome.PASSED: "passed",
    ResultOutcome.FAILED: "failed",
    ResultOutcome.ERROR: "error",
    ResultOutcome.SKIPPED: "skipped",
}


def document(run: RunFacts, results: Sequence[Result], prose: Mapping[str, Prose]) -> str:
    """The page as text; `prose` by scenario id, for the scenarios that the catalogue knows."""
    facts = {
        "run": run,
        "headline": Headline.of(results).parts(),
        "meaning": MEANING[ExitStatus(run.exit_status)],
        "verdicts": [verdict for verdict in Verdict if any(result.verdict == verdict for result in results)],
        "families": _families(results, prose),
        "total": len(results),
    }
    return render(PAGE, "report", {**facts, "meanings": MEANINGS}, {"drawn": drawn})


def write_html(path: Path, run: RunFacts, results: Sequence[Result], prose: Mapping[str, Prose]) -> None:
    """Write the page. Raises OSError."""
    write_atomically(path, document(run, results, prose))


def drawn(line: str) -> Markup:
    """A line of a drawn chain, with the pinned key and the forged certificate marked."""
    text = str(escape(printable(line, 400)))
    for mark, name in ((PINNED, "pinned"), (ATTACK, "lie")):
        text = text.replace(mark, f'<b class="{name}">{mark}</b>')
    return Markup(text)  # escaped above; only our own two marks are markup


def _families(results: Sequence[Result], prose: Mapping[str, Prose]) -> list[dict[str, Any]]:
    families: dict[str, list[Result]] = {}
    for result in results:
        families.setdefault(result.family, []).append(result)
    return [
        {
            "name": name,
            "counts": summarise(members),
            "cases": [_case(member, prose.get(member.scenario)) for member in members],
        }
        for name, members in families.items()
    ]


def _case(result: Result, prose: Prose | None) -> dict[str, Any]:
    return {
        "result": result,
        "name": printable(result.scenario.split("/", 1)[-1]),
        "css": "known" if result.known else _CLASS[ResultOutcome(result.outcome)],
        "must": MUST.get(Verdict(result.expected), str(result.expected)),
        "unpinned": MUST.get(Verdict(result.unpinned), "") if result.unpinned else "",
        "believed": believed(result),
        "prose": prose,
        "transcript": [printable(line, 1200) for line in result.transcript.splitlines()],
    }
