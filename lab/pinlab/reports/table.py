"""The results of a run for people: a table by family, then what it comes to and what to do next.

Readable at 80 columns, without colour and away from a terminal.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import IO

from rich.console import Console
from rich.text import Text

from pinlab.core.enums import UPSTREAM_FAMILY, ExitStatus, ReasonSource, ResultOutcome, Verdict
from pinlab.core.text import printable
from pinlab.reports.columns import Cell, Column, set_in_columns
from pinlab.runner.results import Result, RunFacts, confinement, summarise

_STYLE = {
    ResultOutcome.PASSED: "green",
    ResultOutcome.FAILED: "bold red",
    ResultOutcome.ERROR: "yellow",
    ResultOutcome.SKIPPED: "dim",
}
_MARK = {
    ResultOutcome.PASSED: " ",
    ResultOutcome.FAILED: "F",
    ResultOutcome.ERROR: "E",
    ResultOutcome.SKIPPED: "s",
}
MEANING = {
    ExitStatus.OK: "every verdict is as expected",
    ExitStatus.NOT_AS_EXPECTED: "at least one verdict is not as expected",
    ExitStatus.USAGE: "usage, configuration or catalogue error",
    ExitStatus.INCONCLUSIVE: "the lab could not conclude",
    ExitStatus.INTERRUPTED: "interrupted, the rest was not run",
}
MUST = {Verdict.SERVED: "accept", Verdict.HELD: "refuse", Verdict.LOCKED_OUT: "lock out"}
"""What a client with the pins must do, and in the column `unpinned` one without: where the two differ, it is
the pin that acts and not ordinary PKI."""
_COLUMNS = (
    Column(""),
    Column("scenario", folds=True),
    Column("TLS"),
    Column("must"),
    Column("unpinned"),
    Column("verdict"),
    Column("why believe it", folds=True),
    Column("ms", right=True),
)
_PLAIN_WIDTH = 100
"""Columns where no one knows how many there are: a file, a pipe, a CI log."""
_NAMED = 5
"""So many cases are named in the closing paragraph; the table has them all."""


def print_table(run: RunFacts, results: Sequence[Result], file: IO[str] | None = None) -> None:
    """Print the table and the closing paragraph to `file` (default: stdout)."""
    console = Console(file=file, highlight=False, soft_wrap=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _PLAIN_WIDTH
    title = f"pinlab {run.pinlab_version}: {run.client} ({run.client_version}), {run.via}, seed {run.seed}"
    title += confinement(run.sandbox)
    console.print(Text(printable(title), style="italic"))
    console.print(set_in_columns(console, _COLUMNS, list(_rows(results))))
    console.print()
    for line in closing(run, results):
        console.print(Text(line))


def believed(result: Result) -> str:
    """Why the verdict is to be believed, in a few words."""
    if result.outcome == ResultOutcome.FAILED and result.as_expected:
        return printable(result.cause, 300)
    if result.known:
        return printable(f"known: {result.known}", 300)
    late = ", late" if result.late else ""
    reason = printable(result.reason or "no reason")
    match result.verdict:
        case Verdict.BREACHED:
            canary = ", canary" if result.canary_at_attacker else ""
            return f"{result.app_bytes_at_attacker} bytes at the attacker{canary}"
        case Verdict.SERVED:
            if result.family == UPSTREAM_FAMILY:
                return "its request arrived"
            return "canary at the origin" if result.canary_at_origin else "canary arrived"
        case Verdict.WRONG_REASON:
            return f"{reason}, expected {result.expected_reason}{late}"
        case Verdict.HELD | Verdict.LOCKED_OUT:
            source = [] if result.reason_source == ReasonSource.NONE else [str(result.reason_source)]
            controls = (
                [f"{len(result.controls)} control{'s' * (len(result.controls) != 1)}"]
                if result.controls
                else []
            )
            witnesses = ", ".join([*source, *controls])
            return f"{reason} ({witnesses}){late}" if witnesses else f"{reason}{late}"
    return printable(result.cause, 300)


def closing(run: RunFacts, results: Sequence[Result]) -> list[str]:
    """What the run comes to: counts, what deviates, what to do next, and what the exit status means."""
    counts = ", ".join(f"{count} {word}" for word, count in summarise(results).items() if count)
    lines = [f"{len(results)} {'case' if len(results) == 1 else 'cases'}: {counts or 'nothing was run'}."]
    failed = [result for result in results if result.outcome == ResultOutcome.FAILED]
    unclear = [result for result in results if result.outcome == ResultOutcome.ERROR]
    known = [result for result in results if result.known]
    locked_out = [result for result in results if result.verdict == Verdict.LOCKED_OUT and result.as_expected]
    if locked_out:
        lines.append(f"Refused as pins must, so these users are locked out: {_names(locked_out)}.")
    if failed:
        lines.append(f"Not as expected: {_names(failed)}.")
    if unclear:
        lines.append(f"Not concluded: {_names(unclear)}.")
    if known:
        lines.append(f"Known deviations, not counted against the run: {_names(known)}.")
    lines += _next(run, failed, unclear)
    if run.exit_status == ExitStatus.INCONCLUSIVE and not unclear:
        meaning = "nothing was judged"
    else:
        meaning = MEANING[ExitStatus(run.exit_status)]
    if run.exit_status == ExitStatus.OK and known:
        meaning += " or a known deviation"
    return [*lines, f"Exit status {int(run.exit_status)}: {meaning}."]


def _next(run: RunFacts, failed: Sequence[Result], unclear: Sequence[Result]) -> list[str]:
    """Advice: the gravest case first; a lab that cannot conclude is to be repaired, not believed."""
    worst = next((result for result in failed if result.verdict == Verdict.BREACHED), None)
    first = worst or next(iter((*failed, *unclear)), None)
    if first is None:
        return [] if run.complete else ["Run it again to judge the rest."]
    stored = f"; its evidence is in {printable(first.evidence, 1000)}" if first.evidence else ""
    lines = [
        f"Next: look at {printable(first.scenario)} (--only {printable(first.scenario)} --keep){stored}."
    ]
    if unclear:
        lines.append(
            f"Why {printable(unclear[0].scenario)} is not concluded: {printable(unclear[0].cause, 400)}."
        )
    return lines


def _names(results: Sequence[Result]) -> str:
    names = list(dict.fromkeys(printable(result.scenario) for result in results))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _rows(results: Sequence[Result]) -> Iterator[tuple[Cell, ...]]:
    """By family: its name, then its members."""
    families: dict[str, list[Result]] = {}
    for result in results:
        families.setdefault(result.family, []).append(result)
    for family, members in families.items():
        yield ("", ""), (f"{printable(family)}/", "bold")
        yield from (_row(member) for member in members)


def _row(result: Result) -> tuple[Cell, ...]:
    outcome = ResultOutcome(result.outcome)
    style = _STYLE[outcome]
    unpinned = MUST.get(Verdict(result.unpinned), "") if result.unpinned else ""
    return (
        (_MARK[outcome], style),
        (printable(result.scenario.split("/", 1)[-1]), ""),
        (printable(result.tls), ""),
        (MUST.get(Verdict(result.expected), str(result.expected)), ""),
        (unpinned, ""),
        (str(result.verdict), style),
        (believed(result), ""),
        (str(result.duration_ms), ""),
    )
