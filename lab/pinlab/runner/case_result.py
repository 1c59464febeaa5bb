"""A case becomes an entry of the results: run, judged, explained, its evidence kept where it is needed.

It judges nothing and reports nothing; it only puts the pieces together.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path

from pinlab.core import paths
from pinlab.core.enums import ResultOutcome, Verdict
from pinlab.core.error_text import error_text
from pinlab.judge.transcript import Subject, render
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.cases import Case, why_skipped, why_unsupported
from pinlab.runner.evidence_dir import keep
from pinlab.runner.results import Result


def run_case(case_runner: CaseRunner, case: Case) -> Result:
    """Run a case (or learn that another worker did) and give its entry, transcript and kept evidence included."""
    facts = {
        "scenario": case.scenario.id,
        "tls": case.tls,
        "via": case.via,
        "client": case_runner.adapter.name,
    }
    facts["unpinned"] = case.scenario.without_pins
    verdict, why = why_not_run(case_runner, case)
    if why:
        return Result.not_run(verdict, why, **facts, expected=case.scenario.expect)
    evidence, judgement = case_runner.examine(case)
    runs = [visit.client for visit in evidence.visits]
    result = Result.of(
        judgement,
        **facts,
        duration_ms=sum(run.duration_ms for run in runs),
        cpu_ms=case_runner.cpu_ms(case),
    )
    worth_keeping = result.outcome not in (ResultOutcome.PASSED, ResultOutcome.SKIPPED)
    stored = worth_keeping or case_runner.settings.keep
    if not (stored or case_runner.settings.transcripts):
        return result
    folder = keep_folder(case_runner, case) if stored else None
    text = render(subject(case_runner, case, folder), evidence, judgement)
    if folder:
        try:
            keep(case_runner, case, folder, text)
        except OSError as error:
            text = render(subject(case_runner, case, None), evidence, judgement)
            return _not_kept(replace(result, transcript=text), error_text(error))
    return replace(
        result,
        evidence=str(folder) if folder else None,
        transcript=text if worth_keeping or case_runner.settings.transcripts else "",
    )


def _not_kept(result: Result, why: str) -> Result:
    """What is wrong stays so without its evidence; a pass whose evidence was asked for is none without it."""
    remark = f"its evidence cannot be kept: {why}"
    if result.outcome == ResultOutcome.PASSED:
        return replace(result, verdict=Verdict.INCONCLUSIVE, outcome=ResultOutcome.ERROR, cause=remark)
    return replace(result, cause="; ".join(part for part in (result.cause, remark) if part))


def why_not_run(case_runner: CaseRunner, case: Case) -> tuple[Verdict, str | None]:
    """Why this client is not shown this case, and the verdict that says so; None: it is."""
    fixed = case_runner.adapter.pins == "fixed"
    why = why_skipped(case, fixed_pins=fixed, vias=case_runner.adapter.vias)
    if why:
        return Verdict.SKIPPED, why
    if case.tls not in case_runner.adapter.speaks:
        return Verdict.UNSUPPORTED, f"it does not speak TLS {case.tls}"
    if (
        case.scenario.pin_file
        and case.scenario.pin_file.only_by_file
        and not case_runner.adapter.reads_pin_file
    ):
        return Verdict.SKIPPED, case.scenario.pin_file.only_by_file
    return Verdict.UNSUPPORTED, why_unsupported(
        case, case_runner.adapter.lacks, sessions=case_runner.adapter.sessions
    )


def keep_folder(case_runner: CaseRunner, case: Case) -> Path | None:
    """Where the evidence of a case is kept, or None if this run keeps none."""
    if case_runner.settings.evidence is None:
        return None
    name = f"{case.scenario.id.replace('/', '.')}.{case.tls}.{case_runner.adapter.name.replace(':', '.')}"
    return Path(case_runner.settings.evidence, name)


def subject(case_runner: CaseRunner, case: Case, folder: Path | None) -> Subject:
    """The subject of the transcript of a case."""
    pins = case_runner.world(case).pins(case.pins)
    return Subject.of(
        case.scenario,
        client=case_runner.adapter.name,
        tls=case.tls,
        via=case.via,
        pinned=pins,
        secrets=[*case_runner.canaries(case), *case.extension.secrets()],
        again=again(case_runner, case),
        world=str(folder) if folder else None,
    )


def again(case_runner: CaseRunner, case: Case) -> str:
    """The command that repeats a case."""
    settings = case_runner.settings
    if settings.again:
        return settings.again
    if case_runner.driver:
        options = settings.extension.options()
        if options:
            return f"{paths.LAUNCHER} serve {shlex.join(options)}, then run it again"
        asked = json.dumps({"only": [case.scenario.id], "via": case.via, "seed": settings.seed})
        return f"{paths.LAUNCHER} serve, then POST /v1/runs {asked}"
    words = [
        paths.LAUNCHER,
        "run",
        "--only",
        case.scenario.id,
        "--via",
        case.via,
        "--seed",
        str(settings.seed),
    ]
    words += (
        ["--client", case_runner.adapter.name]
        if settings.command is None
        else ["--command", settings.command]
    )
    for flag, values in (("--env", settings.env), ("--pass-env", settings.pass_env)):
        words += [word for value in values for word in (flag, value)]
    words += ["--world", settings.world] if settings.world else []
    words += settings.extension.options()
    words += ["--sandbox"] if settings.sandbox else []
    words += [word for choice in settings.choices for word in ("--set", choice)]
    return shlex.join([*words, "--keep"])


def lab_fault(case_runner: CaseRunner, case: Case, cause: str) -> Result:
    """The entry of a case that the lab itself could not bring to an end."""
    return Result(
        scenario=case.scenario.id,
        tls=case.tls,
        via=case.via,
        client=case_runner.adapter.name,
        expected=case.scenario.expect,
        verdict=Verdict.INCONCLUSIVE,
        outcome=ResultOutcome.ERROR,
        cause=cause,
    )
