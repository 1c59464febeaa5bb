"""A case becomes an entry of the results: run, judged, told, its evidence kept where it is wanted.

It judges nothing and reports nothing; it only puts the pieces together.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path

from pinlab import paths
from pinlab.kept import keep
from pinlab.plan import Case, why_skipped, why_unsupported
from pinlab.results import Result
from pinlab.room import in_words
from pinlab.runner import Bench
from pinlab.story import Subject, tell
from pinlab.words import ResultOutcome, Verdict


def find(bench: Bench, case: Case) -> Result:
    """Run a case (or learn that another worker did) and give its entry, story and kept evidence included."""
    facts = {"scenario": case.scenario.id, "tls": case.tls, "via": case.via, "client": bench.adapter.name}
    facts["unpinned"] = case.scenario.without_pins
    verdict, why = why_not_run(bench, case)
    if why:
        return Result.not_run(verdict, why, **facts, expected=case.scenario.expect)
    evidence, judgement = bench.examine(case)
    runs = [visit.client for visit in evidence.visits]
    result = Result.of(
        judgement,
        **facts,
        duration_ms=sum(run.duration_ms for run in runs),
        cpu_ms=bench.cpu_ms(case),
    )
    wanted = result.outcome not in (ResultOutcome.PASSED, ResultOutcome.SKIPPED)
    kept = wanted or bench.settings.keep
    if not (kept or bench.settings.stories):
        return result
    folder = keep_folder(bench, case) if kept else None
    text = tell(subject(bench, case, folder), evidence, judgement)
    if folder:
        try:
            keep(bench, case, folder, text)
        except OSError as error:
            text = tell(subject(bench, case, None), evidence, judgement)
            return _not_kept(replace(result, story=text), in_words(error))
    return replace(
        result,
        evidence=str(folder) if folder else None,
        story=text if wanted or bench.settings.stories else "",
    )


def _not_kept(result: Result, why: str) -> Result:
    """What is wrong stays so without its evidence; a pass whose evidence was asked for is none without it."""
    said = f"its evidence cannot be kept: {why}"
    if result.outcome == ResultOutcome.PASSED:
        return replace(result, verdict=Verdict.INCONCLUSIVE, outcome=ResultOutcome.ERROR, cause=said)
    return replace(result, cause="; ".join(part for part in (result.cause, said) if part))


def why_not_run(bench: Bench, case: Case) -> tuple[Verdict, str | None]:
    """Why this client is not shown this case, and the verdict that says so; None: it is."""
    fixed = bench.adapter.pins == "fixed"
    why = why_skipped(case, fixed_pins=fixed, ways=bench.adapter.ways)
    if why:
        return Verdict.SKIPPED, why
    if case.tls not in bench.adapter.speaks:
        return Verdict.UNSUPPORTED, f"it does not speak TLS {case.tls}"
    if case.scenario.pin_file and case.scenario.pin_file.only_by_file and not bench.adapter.reads_pin_file:
        return Verdict.SKIPPED, case.scenario.pin_file.only_by_file
    return Verdict.UNSUPPORTED, why_unsupported(case, bench.adapter.lacks, sessions=bench.adapter.sessions)


def keep_folder(bench: Bench, case: Case) -> Path | None:
    """Where the evidence of a case is kept, or None if this run keeps none."""
    if bench.settings.evidence is None:
        return None
    name = f"{case.scenario.id.replace('/', '.')}.{case.tls}.{bench.adapter.name.replace(':', '.')}"
    return Path(bench.settings.evidence, name)


def subject(bench: Bench, case: Case, folder: Path | None) -> Subject:
    """Whom and what the story of a case is about."""
    pins = bench.world(case).pins(case.pins)
    return Subject.of(
        case.scenario,
        client=bench.adapter.name,
        tls=case.tls,
        via=case.via,
        pinned=pins,
        secrets=[*bench.canaries(case), *_users_secrets(case)],
        again=again(bench, case),
        world=str(folder) if folder else None,
    )


def _users_secrets(case: Case) -> list[str]:
    """What the user calls secret must not be told either."""
    return [word for secret in case.upstream.secrets for word in secret.words] if case.upstream else []


def again(bench: Bench, case: Case) -> str:
    """The command that repeats a case."""
    settings = bench.settings
    if settings.again:
        return settings.again
    if bench.visitor:
        if settings.upstream:
            server = shlex.quote(settings.upstream.server)
            return f"{paths.LAUNCHER} serve --upstream {server}, then run it again"
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
    words += ["--client", bench.adapter.name] if settings.command is None else ["--command", settings.command]
    for flag, values in (("--env", settings.env), ("--pass-env", settings.pass_env)):
        words += [word for value in values for word in (flag, value)]
    words += ["--world", settings.world] if settings.world else []
    words += settings.upstream.to_words() if settings.upstream else []
    words += ["--pins", settings.pins] if settings.pins else []
    words += ["--sandbox"] if settings.sandbox else []
    words += ["--pin-role", settings.pin_role] if settings.pin_role else []
    words += [word for choice in settings.choices for word in ("--set", choice)]
    return shlex.join([*words, "--keep"])


def lab_fault(bench: Bench, case: Case, cause: str) -> Result:
    """The entry of a case that the lab itself could not bring to an end."""
    return Result(
        scenario=case.scenario.id,
        tls=case.tls,
        via=case.via,
        client=bench.adapter.name,
        expected=case.scenario.expect,
        verdict=Verdict.INCONCLUSIVE,
        outcome=ResultOutcome.ERROR,
        cause=cause,
    )
