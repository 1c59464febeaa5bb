"""A run from settings to its exit status: probe, cases, known deviations, reports. The work is done elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from statistics import median

from pinlab import __version__
from pinlab.catalogue.registry import known_flaws, known_kinds
from pinlab.catalogue.rfc_choices import changed
from pinlab.catalogue.suites import default_suite, members
from pinlab.core import paths
from pinlab.core.enums import ExitStatus, ResultOutcome, Verdict
from pinlab.core.error_text import print_error
from pinlab.core.errors import UsageError
from pinlab.reports.baseline import compare, read_baseline
from pinlab.reports.options import ReportOptions
from pinlab.reports.scenario_text import Prose, prose_of
from pinlab.reports.table import print_table
from pinlab.reports.write import Files, write_reports
from pinlab.runner import known_deviations
from pinlab.runner.case_result import lab_fault
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.cases import Case
from pinlab.runner.execute import SuiteEnd, run_suite
from pinlab.runner.options import RunOptions
from pinlab.runner.progress import Progress
from pinlab.runner.results import Result, RunFacts, confinement, exit_status
from pinlab.runner.selfcheck import probe
from pinlab.runner.settings import Settings
from pinlab.runner.workers import worker_count
from pinlab.witnesses import packet_capture

MOST_TRANSCRIPTS = 5
"""So many failures are printed at length; the others are in their evidence folders."""


def judged_run(options: RunOptions, reports: ReportOptions, settings: Settings) -> int:
    """Run what `settings` say, write and print the reports; the exit status."""
    case_runner = _case_runner(options, settings)
    adapter, settings = case_runner.adapter, case_runner.settings
    users_deviations = known_deviations.read_known(reports.known) if reports.known else ()
    earlier = read_baseline(reports.baseline) if reports.baseline else None
    entries = known_deviations.from_adapter(adapter.KNOWN, adapter.name) + users_deviations
    version, started = adapter.version(), datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    cases = case_runner.cases()
    if settings.keep and not packet_capture.available():
        say(
            f"no packets are kept: {packet_capture.PROGRAM} is not here (apt-get install tshark); all else is"
        )
    who = f"{adapter.name} ({version}){confinement(settings.sandbox)}"
    say(f"{len(cases)} cases for {who}, via {settings.via}, seed {settings.seed}")
    turned = changed(case_runner.catalogue, options.choices)
    end = _results(
        options,
        case_runner,
        cases,
        lambda option: known_deviations.apply_known(
            option, users_deviations if option.scenario in turned else entries, date.today()
        ),
    )
    status = exit_status(end.results, interrupted=not end.complete)
    whole = end.complete and {case.scenario.id for case in cases} == set(case_runner.catalogue.scenarios)
    stale = (
        known_deviations.unmatched(known_deviations.about(users_deviations, adapter.name), end.results)
        if whole
        else ()
    )
    against = compare(earlier, end.results) if earlier is not None else None
    if against:
        status = against.status(status, end.results)
    if stale:
        status = ExitStatus.NOT_AS_EXPECTED
    facts = RunFacts(
        client=adapter.name,
        client_version=version,
        pinlab_version=__version__,
        started=started,
        seed=settings.seed,
        via=str(settings.via),
        complete=end.complete,
        exit_status=int(status),
        sandbox=settings.sandbox is not None,
    )
    # Before anything is printed: a closed pipe on the terminal's side cannot cost the files.
    files = Files(reports.json, reports.junit, reports.html, reports.markdown)
    facts, lost = write_reports(files, facts, end.results, lambda: _prose(case_runner, end.results))
    _print(facts, end.results)
    _hints(case_runner, end.results)
    for line in against.lines(str(reports.baseline)) if against else []:
        say(line)
    for entry in stale:
        say(f"{reports.known}: {entry.scenario} ({entry.reason}) speaks about no case any more: remove it")
    for line in lost:
        print_error(f"pinlab: {line}")
    return facts.exit_status


def _case_runner(options: RunOptions, settings: Settings) -> CaseRunner:
    """The case runner with the scenarios selected and the way chosen."""
    case_runner = CaseRunner.open(settings, known_kinds(), known_flaws())
    named = bool(options.only) or settings.extension.names_scenarios
    suite = options.suite or default_suite(ours=case_runner.adapter.ours, named=named)
    selected = members(case_runner.catalogue.select(options.only), suite)
    if not selected:
        raise UsageError(f"--only names no scenario of the suite {suite}; leave --suite out to run it")
    chosen = replace(
        settings,
        via=settings.via_for(case_runner.adapter),
        selected=tuple(scenario.id for scenario in selected),
    )
    return CaseRunner(chosen, case_runner.catalogue, case_runner.adapter)


def _results(
    options: RunOptions, case_runner: CaseRunner, cases: Sequence[Case], excuse: Callable[[Result], Result]
) -> SuiteEnd:
    """Probe, then run the suite; where the probe is blocked, every case is inconclusive for that cause."""
    try:
        needless = case_runner.adapter.ours or not case_runner.settings.extension.needs_probe
        blocked = None if needless else _probe(case_runner)
    except KeyboardInterrupt:
        return SuiteEnd((), False)
    if blocked:
        return SuiteEnd(tuple(lab_fault(case_runner, case, f"probe: {blocked}") for case in cases), True)
    progress = Progress(len(cases))
    workers = 0 if case_runner.settings.extension.one_at_a_time else worker_count(options.workers, len(cases))
    end = run_suite(case_runner, cases, workers, lambda result: progress.finished(excuse(result)))
    progress.close()
    return replace(end, results=tuple(excuse(result) for result in end.results))


def _probe(case_runner: CaseRunner) -> str | None:
    asked = probe(case_runner)
    words = {True: "yes", False: "NO", None: "?"}
    for answer in asked.answers:
        say(f"  {answer.question:<29}{words[answer.good]:<5}{answer.seen}")
    return asked.blocked


def _prose(case_runner: CaseRunner, results: Sequence[Result]) -> Mapping[str, Prose]:
    return prose_of(case_runner.catalogue, known_kinds(), [result.scenario for result in results])


def _print(facts: RunFacts, results: Sequence[Result]) -> None:
    """The transcripts of what went wrong, and the table."""
    transcripts = [
        result.transcript
        for result in results
        if result.transcript and result.outcome != ResultOutcome.PASSED
    ]
    for transcript in transcripts[:MOST_TRANSCRIPTS]:
        say(f"{transcript}\n")
    if len(transcripts) > MOST_TRANSCRIPTS:
        say(f"... {len(transcripts) - MOST_TRANSCRIPTS} more transcripts are in {paths.evidence()}\n")
    print_table(facts, results)


def _hints(case_runner: CaseRunner, results: Sequence[Result]) -> None:
    """What no single verdict can say."""
    pin_only = [result for result in results if case_runner.catalogue.scenarios[result.scenario].is_pin_only]
    if (
        case_runner.adapter.pins != "none"
        and pin_only
        and all(result.verdict == Verdict.BREACHED for result in pin_only)
    ):
        say("no pin was in force: a debug build?")
    costs = [result.cpu_ms for result in results if result.cpu_ms]
    if costs:
        say(f"Processor time of a case: {median(costs):.0f} ms in the median, worlds and controls apart.")


def say(text: str) -> None:
    """A line for people."""
    print(text, flush=True)
