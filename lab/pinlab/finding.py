"""A case becomes an entry of the results: run, judged, told, its evidence kept where it is wanted.

It judges nothing and reports nothing; it only puts the pieces together.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pinlab.plan import Case, why_skipped
from pinlab.results import Result
from pinlab.runner import Bench, keep
from pinlab.words import ResultOutcome, Verdict


def find(bench: Bench, case: Case) -> Result:
    """Run a case (or learn that another worker did) and give its entry, story and kept evidence included."""
    facts = {"scenario": case.scenario.id, "tls": case.tls, "via": case.via, "client": bench.adapter.name}
    why = why_skipped(case, fixed_pins=bench.adapter.pins == "fixed")
    if why:
        return Result.skipped(why, **facts, expected=case.scenario.expect)
    evidence, judgement = bench.examine(case)
    runs = [visit.client for visit in evidence.visits]
    result = Result.of(
        judgement,
        **facts,
        duration_ms=sum(run.duration_ms for run in runs),
        cpu_ms=sum(run.cpu_ms for run in runs),
    )
    wanted = result.outcome not in (ResultOutcome.PASSED, ResultOutcome.SKIPPED)
    if not (wanted or bench.settings.keep):
        return result
    folder = keep_folder(bench, case)
    text = tell(bench, case, result, folder)
    if folder:
        keep(bench, case, folder, text)
    return replace(result, evidence=str(folder) if folder else None, story=text if wanted else "")


def keep_folder(bench: Bench, case: Case) -> Path | None:
    """Where the evidence of a case is kept, or None if this run keeps none."""
    if bench.settings.evidence is None:
        return None
    name = f"{case.scenario.id.replace('/', '.')}.{case.tls}.{bench.adapter.name.replace(':', '.')}"
    return Path(bench.settings.evidence, name)


def tell(bench: Bench, case: Case, result: Result, folder: Path | None) -> str:
    """The story of a case."""
    return ""


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
