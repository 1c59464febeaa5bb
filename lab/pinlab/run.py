"""`pinlab run`: from options to a judged run and its reports.

The order of things: settings, catalogue, probe, suite, known deviations, reports, exit status. The work is
done elsewhere.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

from pinlab import __version__, capture, known, paths, sandbox
from pinlab.baseline import compare, read_baseline
from pinlab.choices import changed
from pinlab.complaints import near
from pinlab.errors import UsageError
from pinlab.finding import lab_fault
from pinlab.namespace import available
from pinlab.pinfile.fits import check_client
from pinlab.plan import Case
from pinlab.probe import probe
from pinlab.progress import Progress
from pinlab.report.prose import Prose, prose_of
from pinlab.report.table import print_table
from pinlab.report.written import Files, write_reports
from pinlab.results import Result, RunFacts, confinement, exit_status
from pinlab.room import complain
from pinlab.run_folder import run_folder
from pinlab.runner import Bench
from pinlab.settings import Settings
from pinlab.suite import MOST_WORKERS, SuiteEnd, run_suite, terminated_like_interrupted, worker_count
from pinlab.suites import Suite, default_suite, members
from pinlab.tools import known_flaws, known_kinds
from pinlab.upstream.options import UpstreamOptions
from pinlab.words import ExitStatus, ResultOutcome, Verdict

MOST_STORIES = 5
"""So many failures are told at length; the others are in their evidence folders."""


@dataclass(frozen=True)
class Request:
    """The options of `pinlab run` as they were typed."""

    client: str | None = None
    command: str | None = None
    via: str | None = None
    env: tuple[str, ...] = ()
    pass_env: tuple[str, ...] = ()
    world: Path | None = None
    only: tuple[str, ...] = ()
    suite: str | None = None
    choices: tuple[str, ...] = ()
    known: Path | None = None
    json: Path | None = None
    junit: Path | None = None
    html: Path | None = None
    markdown: Path | None = None
    baseline: Path | None = None
    pins: str | None = None
    pin_role: str | None = None
    workers: str = "auto"
    timeout_s: float = 10.0
    keep: bool = False
    seed: int | None = None
    sandbox: bool = False
    upstream: UpstreamOptions = field(default_factory=UpstreamOptions)


def run_request(request: Request) -> int:
    """Run, report, and give the exit status. Raises the errors that `errors.explain_error` knows."""
    check(request)
    with terminated_like_interrupted(), run_folder() as folder:
        settings = settings_of(request, folder)
        if request.upstream != UpstreamOptions():
            from pinlab.upstream.start import in_front_of  # its libraries cost every other run its start

            settings = in_front_of(request.upstream, settings, folder, say)
        return _run(request, settings)


def check(request: Request) -> None:
    """UsageError for what cannot be asked together or at all."""
    if request.client is not None and request.command is not None:
        raise UsageError("--client and --command exclude each other")
    if (request.env or request.pass_env) and request.command is None:
        raise UsageError("--env and --pass-env belong to --command")
    if request.suite is not None and request.suite not in tuple(Suite):
        raise UsageError(f"--suite is {', '.join(Suite)}, not {request.suite!r}{near(request.suite, Suite)}")
    if request.upstream.upstream is not None and (request.suite is not None or request.choices):
        raise UsageError(
            "--suite and --set choose among the lab's own scenarios; --upstream plays a --script"
        )
    if request.pins is not None and (request.suite or request.world or request.choices):
        raise UsageError("--pins makes its own scenarios: --suite, --set and --world do not go with it")
    if request.pin_role not in (None, "leaf", "ca") or (request.pin_role and request.pins is None):
        raise UsageError("--pin-role is leaf or ca, and belongs to --pins")
    if request.via not in (None, "address", "hosts", "proxy"):
        raise UsageError(f"--via is address, hosts or proxy, not {request.via!r}")
    if not 0.05 <= request.timeout_s <= 3600:
        raise UsageError(f"--timeout wants seconds between 0.05 and 3600, not {request.timeout_s:g}")
    try:
        worker_count(request.workers, 1)
    except ValueError as error:
        raise UsageError(
            f"-n wants `auto` or a number from 0 to {MOST_WORKERS}, not {request.workers!r}"
        ) from error
    for target in (request.json, request.junit, request.html, request.markdown):
        if target is not None and (target.is_dir() or not target.absolute().parent.is_dir()):
            raise UsageError(f"{target}: cannot be written: it is a folder, or its folder does not exist")


def settings_of(request: Request, folder: Path) -> Settings:
    """The settings of a run; asks the machine for its isolation only where a client may want it."""
    settings = Settings(
        run_folder=str(folder),
        seed=secrets.randbelow(2**32) if request.seed is None else request.seed,
        now=int(time.time()),
        client=request.client or "reference",
        command=request.command,
        env=request.env,
        pass_env=request.pass_env,
        via=request.via,
        world=str(request.world.absolute()) if request.world else None,
        timeout_s=request.timeout_s,
        keep=request.keep,
        stories=request.html is not None,
        choices=request.choices,
        pins=request.pins,
        sandbox=sandbox.flavour() if request.sandbox else None,
        pin_role=request.pin_role,
        evidence=str(paths.evidence()),
    )
    wanted = request.via or settings.adapter().ways[0]
    unshared = wanted == "hosts" and not settings.sandbox
    return replace(settings, isolation=available()) if unshared else settings


def _run(request: Request, settings: Settings) -> int:
    check_client(settings, settings.adapter())
    if settings.pins is not None:
        from pinlab.pinfile.prepare import prepare  # the pin formats cost every other run its start

        settings, words = prepare(settings, settings.adapter())
        for line in words:
            say(line)
    bench = _bench(request, settings)
    adapter, settings = bench.adapter, bench.settings
    told = known.read_known(request.known) if request.known else ()
    earlier = read_baseline(request.baseline) if request.baseline else None
    entries = known.from_adapter(adapter.KNOWN, adapter.name) + told
    version, started = adapter.version(), datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    cases = bench.cases()
    if settings.keep and not capture.available():
        say(f"no packets are kept: {capture.PROGRAM} is not here (apt-get install tshark); all else is")
    who = f"{adapter.name} ({version}){confinement(settings.sandbox)}"
    say(f"{len(cases)} cases for {who}, via {settings.via}, seed {settings.seed}")
    turned = changed(bench.catalogue, request.choices)
    end = _results(
        request,
        bench,
        cases,
        lambda one: known.apply_known(one, told if one.scenario in turned else entries, date.today()),
    )
    status = exit_status(end.results, interrupted=not end.complete)
    whole = end.complete and {case.scenario.id for case in cases} == set(bench.catalogue.scenarios)
    stale = known.unmatched(known.about(told, adapter.name), end.results) if whole else ()
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
    files = Files(request.json, request.junit, request.html, request.markdown)
    facts, lost = write_reports(files, facts, end.results, lambda: _prose(bench, end.results))
    _tell(facts, end.results)
    _hints(bench, end.results)
    for line in against.told(str(request.baseline)) if against else []:
        say(line)
    for entry in stale:
        say(f"{request.known}: {entry.scenario} ({entry.reason}) speaks about no case any more: remove it")
    for line in lost:
        complain(f"pinlab: {line}")
    return facts.exit_status


def _bench(request: Request, settings: Settings) -> Bench:
    """The bench with the scenarios selected and the way chosen."""
    bench = Bench.open(settings, known_kinds(), known_flaws())
    named = bool(request.only or request.pins) or settings.upstream is not None
    suite = request.suite or default_suite(ours=bench.adapter.ours, named=named)
    selected = members(bench.catalogue.select(request.only), suite)
    if not selected:
        raise UsageError(f"--only names no scenario of the suite {suite}; leave --suite out to run it")
    chosen = replace(
        settings, via=settings.way(bench.adapter), selected=tuple(scenario.id for scenario in selected)
    )
    return Bench(chosen, bench.catalogue, bench.adapter)


def _results(
    request: Request, bench: Bench, cases: Sequence[Case], excuse: Callable[[Result], Result]
) -> SuiteEnd:
    """Probe, then run the suite; where the probe is blocked, every case is inconclusive for that cause."""
    try:
        needless = bench.adapter.ours or bench.settings.upstream  # there the genuine server is the probe
        blocked = None if needless else _probe(bench)
    except KeyboardInterrupt:
        return SuiteEnd((), False)
    if blocked:
        return SuiteEnd(tuple(lab_fault(bench, case, f"probe: {blocked}") for case in cases), True)
    progress = Progress(len(cases))
    workers = 0 if bench.settings.upstream else worker_count(request.workers, len(cases))
    end = run_suite(bench, cases, workers, lambda one: progress.finished(excuse(one)))
    progress.close()
    return replace(end, results=tuple(excuse(one) for one in end.results))


def _probe(bench: Bench) -> str | None:
    asked = probe(bench)
    words = {True: "yes", False: "NO", None: "?"}
    for answer in asked.answers:
        say(f"  {answer.question:<29}{words[answer.good]:<5}{answer.seen}")
    return asked.blocked


def _prose(bench: Bench, results: Sequence[Result]) -> Mapping[str, Prose]:
    return prose_of(bench.catalogue, known_kinds(), [one.scenario for one in results])


def _tell(facts: RunFacts, results: Sequence[Result]) -> None:
    """The stories of what went wrong, and the table."""
    stories = [one.story for one in results if one.story and one.outcome != ResultOutcome.PASSED]
    for story in stories[:MOST_STORIES]:
        say(f"{story}\n")
    if len(stories) > MOST_STORIES:
        say(f"... {len(stories) - MOST_STORIES} more stories are in {paths.evidence()}\n")
    print_table(facts, results)


def _hints(bench: Bench, results: Sequence[Result]) -> None:
    """What no single verdict can say."""
    pin_only = [one for one in results if bench.catalogue.scenarios[one.scenario].is_pin_only]
    if bench.adapter.pins != "none" and pin_only and all(one.verdict == Verdict.BREACHED for one in pin_only):
        say("no pin was in force: a debug build?")
    costs = [one.cpu_ms for one in results if one.cpu_ms]
    if costs:
        say(f"Processor time of a case: {median(costs):.0f} ms in the median, worlds and twins apart.")


def say(text: str) -> None:
    """A line for people."""
    print(text, flush=True)
