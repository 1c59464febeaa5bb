"""Writes the report files of a run: one that cannot be written costs no other, but the exit status."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pinlab.core.enums import ExitStatus
from pinlab.core.error_text import error_text
from pinlab.reports.json_report import write_json
from pinlab.reports.junit import write_junit
from pinlab.reports.markdown import write_markdown
from pinlab.reports.scenario_text import Prose
from pinlab.runner.results import Result, RunFacts


@dataclass(frozen=True)
class Files:
    """Where each report is wanted; None: nowhere."""

    json: Path | None
    junit: Path | None
    html: Path | None
    markdown: Path | None


def write_reports(
    files: Files, facts: RunFacts, results: Sequence[Result], prose: Callable[[], Mapping[str, Prose]]
) -> tuple[RunFacts, list[str]]:
    """Give the facts with the exit status that follows, and a sentence for each file that is not there.

    The JSON comes last: what it says of the exit status is then true.
    """
    lost: list[str] = []

    def write(path: Path | None, how: Callable[[Path, RunFacts], None]) -> None:
        nonlocal facts
        if path is None:
            return
        try:
            how(path, facts)
        except OSError as error:
            lost.append(error_text(error))
            if facts.exit_status == ExitStatus.OK:
                facts = replace(facts, exit_status=int(ExitStatus.USAGE))

    def page(path: Path, facts: RunFacts) -> None:
        from pinlab.reports.html_report import write_html  # jinja2 costs every run its start

        write_html(path, facts, results, prose())

    write(files.junit, lambda path, facts: write_junit(path, facts, results))
    write(files.markdown, lambda path, facts: write_markdown(path, facts, results))
    write(files.html, page)
    write(files.json, lambda path, facts: write_json(path, facts, results))
    return facts, lost
