"""The results of a run as Markdown, for the summary of a CI job.

The first line says it all; then what is not as expected, with the reason; then a table of the families.
Bytes of others never become markup.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from pinlab.core.enums import ResultOutcome, Verdict
from pinlab.core.files import write_atomically
from pinlab.core.text import printable
from pinlab.reports.headline import Headline
from pinlab.reports.table import believed
from pinlab.runner.results import Result, RunFacts, confinement, summarise

MOST_LINES = 50
"""So many deviations are listed one by one; a job summary has a limit of its own."""
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+|!~-])")


def document(run: RunFacts, results: Sequence[Result]) -> str:
    """The whole report as GitHub's Markdown."""
    counts = ", ".join(Headline.of(results).parts())
    client = f"{run.client} ({run.client_version}){confinement(run.sandbox)}"
    lines = [f"**{plain(client)}**: {counts} · {run.started[:10]} · pinlab {plain(run.pinlab_version)}", ""]
    failed = [result for result in results if result.outcome in (ResultOutcome.FAILED, ResultOutcome.ERROR)]
    known = [result for result in results if result.known]
    lines += _deviations("Not as expected", failed)
    lines += _deviations("Known deviations", known)
    if not run.complete:
        lines += ["The run was interrupted; what follows is what was judged until then.", ""]
    return "\n".join([*lines, *_families(results), ""])


def write_markdown(path: Path, run: RunFacts, results: Sequence[Result]) -> None:
    """Write the report. Raises OSError."""
    write_atomically(path, document(run, results))


def plain(text: str, limit: int = 300) -> str:
    """`text` as words: no markup, no control characters, one line."""
    return _MARKUP.sub(r"\\\1", printable(text, limit))


def _deviations(title: str, results: Sequence[Result]) -> list[str]:
    if not results:
        return []
    lines = [f"### {title}", "", "| Scenario | TLS | Verdict | Expected | Why |", "|---|---|---|---|---|"]
    for result in results[:MOST_LINES]:
        why = (
            result.cause
            if result.outcome in (ResultOutcome.FAILED, ResultOutcome.ERROR)
            else believed(result)
        )
        cells = (
            f"`{result.scenario}`",
            result.tls,
            f"**{result.verdict}**",
            str(result.expected),
            plain(why),
        )
        lines.append(f"| {' | '.join(cells)} |")
    more = len(results) - MOST_LINES
    return [*lines, *([f"| and {more} more | | | | |"] if more > 0 else []), ""]


def _families(results: Sequence[Result]) -> list[str]:
    shown = [str(verdict) for verdict in Verdict if any(result.verdict == verdict for result in results)]
    lines = ["### By family", "", f"| Family | {' | '.join(shown)} |", f"|---|{'---:|' * len(shown)}"]
    families: dict[str, list[Result]] = {}
    for result in results:
        families.setdefault(result.family, []).append(result)
    for family, members in families.items():
        counts = summarise(members)
        lines.append(f"| {plain(family)} | {' | '.join(str(counts[word] or '') for word in shown)} |")
    return lines
