"""`pinlab run`: its options, and which of them exclude each other."""

from __future__ import annotations

import typer

from pinlab.cli.options import takes
from pinlab.core.errors import UsageError
from pinlab.pin_file_run.options import PinFileOptions
from pinlab.reports.options import ReportOptions
from pinlab.runner.options import RunOptions
from pinlab.upstream.options import UpstreamOptions


@takes(RunOptions, PinFileOptions, ReportOptions, UpstreamOptions)
def run(options: RunOptions, pins: PinFileOptions, reports: ReportOptions, upstream: UpstreamOptions) -> None:
    """Run the scenarios against a client and judge it."""
    raise typer.Exit(run_scenarios(options, pins, reports, upstream))


def run_scenarios(
    options: RunOptions,
    pins: PinFileOptions = PinFileOptions(),
    reports: ReportOptions = ReportOptions(),
    upstream: UpstreamOptions = UpstreamOptions(),
) -> int:
    """Run, report, and give the exit status. Raises the errors that `explain_error` knows."""
    options.check()
    pins.check()
    reports.check()
    check_together(options, pins, upstream)
    from pinlab.cli.judged_run import judged_run, say
    from pinlab.runner.execute import terminated_like_interrupted
    from pinlab.runner.run_dir import run_folder
    from pinlab.runner.settings import settings_of

    with terminated_like_interrupted(), run_folder() as folder:
        settings = settings_of(options, folder, transcripts=reports.html is not None)
        pins.check_client(settings.adapter())
        # What an extension needs is imported only for runs with it: it would cost every other run its start.
        if upstream != UpstreamOptions():
            from pinlab.upstream.prepare import in_front_of

            settings = in_front_of(upstream, settings, folder, say)
        if pins.pins is not None:
            from pinlab.pin_file_run.prepare import prepare

            settings, lines = prepare(pins, settings, settings.adapter())
            for line in lines:
                say(line)
        return judged_run(options, reports, settings)


def check_together(options: RunOptions, pins: PinFileOptions, upstream: UpstreamOptions) -> None:
    """UsageError for options that exclude each other."""
    if upstream.upstream is not None and (options.suite is not None or options.choices):
        raise UsageError(
            "--suite and --set choose among the lab's own scenarios; --upstream plays a --script"
        )
    if pins.pins is not None and (options.suite or options.world or options.choices):
        raise UsageError("--pins makes its own scenarios: --suite, --set and --world do not go with it")
    if pins.pins is not None and upstream.upstream is not None:
        raise UsageError("--pins and --upstream exclude each other: a run is about one of them")
