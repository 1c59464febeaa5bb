"""`pinlab renewals`: thin. It has renewals measured, holds a plan's promises against them, and prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pinlab.renewals.certbot import Policy
    from pinlab.renewals.measure import MeasuredRenewal
    from pinlab.rotation.lint.finding import Finding


def renewals(
    plan: Annotated[
        Path | None,
        typer.Argument(help="A rotation plan: its `renewal` tables are held against what is measured."),
    ] = None,
) -> None:
    """Renew for real with certbot, at a Pebble on loopback: which pins outlive a renewal? Takes 30 s."""
    from pinlab.renewals.errors import RenewalError, skipped
    from pinlab.renewals.findings import compare, expected_policies, promises_of, unmeasured
    from pinlab.renewals.terminal import Printer
    from pinlab.rotation.plan.file import read_plan

    promises = promises_of(read_plan(plan)) if plan else ()
    out = Printer()
    why = skipped()
    if why is None:
        try:
            measured = _measured(expected_policies(promises))
        except RenewalError as failure:
            why = str(failure)
            out.say(f"NOT MEASURED: {why}")
        else:
            out.table(measured)
            findings = compare(promises, measured)
    else:
        out.say(f"SKIPPED: {why}")
    if why is not None:
        findings = tuple(unmeasured(promise, why) for promise in promises)
    out.findings(findings)
    if plan and why is None:
        out.say(_judged(len(promises), findings))
    raise typer.Exit(_status(findings, is_measured=why is None and (bool(promises) or not plan)))


def _measured(policies: tuple[Policy, ...]) -> MeasuredRenewal:
    from rich.console import Console

    from pinlab.processes.spawn import become_subreaper
    from pinlab.renewals.measure import measure
    from pinlab.runner.execute import terminated_like_interrupted
    from pinlab.runner.run_dir import run_folder

    become_subreaper()
    with terminated_like_interrupted(), run_folder() as folder:
        with Console(stderr=True, highlight=False).status("renewing") as status:
            return measure(folder, policies, status.update)


def _judged(promises: int, findings: tuple[Finding, ...]) -> str:
    if not promises:
        return "Nothing was compared: no certificate of the plan names a renewal tool and what it follows."
    return f"{promises - len(findings)} of {promises} renewals of the plan are as it says."


def _status(findings: tuple[Finding, ...], *, is_measured: bool) -> int:
    """What was not measured never passes."""
    from pinlab.core.enums import ExitStatus

    if any(finding.severity == "error" for finding in findings):
        return ExitStatus.NOT_AS_EXPECTED
    return ExitStatus.OK if is_measured and not findings else ExitStatus.INCONCLUSIVE
