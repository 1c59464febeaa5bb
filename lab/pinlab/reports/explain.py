"""`pinlab explain --result FILE[:ID]`: a result again, for anyone who must debug it.

What was shown, what the client did, why the verdict is what it is, which kept file to open and how, and the
command that repeats it. It reads what a run wrote, and judges nothing again.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pinlab.catalogue.loader import load_catalogue
from pinlab.core.enums import ReasonSource, ResultOutcome, Verdict
from pinlab.core.errors import UsageError, did_you_mean
from pinlab.core.text import printable
from pinlab.core.verdicts import MEANINGS
from pinlab.reports.baseline import read_baseline
from pinlab.runner.evidence_dir import listed
from pinlab.runner.results import Result

WITNESS = {
    ReasonSource.CLIENT: "the client states the reason",
    ReasonSource.ALERT: "its TLS alert names the reason",
    ReasonSource.DIFFERENTIAL: "it accepted the controls, which differ in this one thing",
    ReasonSource.NONE: "no one bears witness to a reason",
}
REPEATS = 5
"""So many results are explained at length where none is named."""


def explained(text: str) -> str:
    """The explanation for `FILE` (what is not as expected) or `FILE:ID`. UsageError: no such result."""
    file, pattern = _named(text)
    results = tuple(read_baseline(file, "explain --result").values())
    facts = _run(file)
    chosen = _chosen(results, pattern, file)
    if not chosen:
        return f"{file}: all {len(results)} results are as expected; {file}:ID explains one of them"
    texts = [explain_one(result, facts) for result in chosen[: len(chosen) if pattern else REPEATS]]
    more = (
        [f"... and {len(chosen) - len(texts)} more: {file}:ID explains one"]
        if len(chosen) > len(texts)
        else []
    )
    return "\n\n".join([*texts, *more])


def _named(text: str) -> tuple[Path, str]:
    """A colon may be part of a path: a file of the whole name wins."""
    before, mark, after = text.rpartition(":")
    return (Path(before), after) if mark and not Path(text).exists() else (Path(text), "")


def _run(file: Path) -> dict[str, Any]:
    run = json.loads(file.read_text(encoding="utf-8")).get("run")
    return run if isinstance(run, dict) else {}


def _chosen(results: tuple[Result, ...], pattern: str, file: Path) -> list[Result]:
    if not pattern:
        passed = (ResultOutcome.PASSED, ResultOutcome.SKIPPED)
        return [result for result in results if result.outcome not in passed]
    found = [result for result in results if fnmatch.fnmatchcase(result.scenario, pattern)]
    if not found:
        raise UsageError(
            f'{file}: holds no result "{pattern}"{did_you_mean(pattern, [result.scenario for result in results])}'
        )
    return found


def explain_one(result: Result, run: dict[str, Any]) -> str:
    """One result at length."""
    expected = "as expected" if result.as_expected else f"expected {result.expected}"
    reason = f" ({result.expected_reason})" if result.expected_reason else ""
    lines = [
        f"{result.scenario} [{result.client}, TLS {result.tls}, {result.via}]   {result.verdict}, {expected}{reason}"
    ]
    folder = Path(result.evidence) if result.evidence and Path(result.evidence).is_dir() else None
    lines += ["", "What was shown", *_indented(_shown(result))]
    lines += ["", "What the client did", *_indented(_did(folder, result))]
    lines += ["", "Why this verdict", *_indented(_why(result))]
    lines += ["", "What to look at", *_indented(_look(result, folder))]
    return "\n".join([*lines, "", "What repeats it", f"  {_again(result, folder, run)}"])


def _indented(lines: Iterator[str]) -> list[str]:
    return [f"  {printable(line, 1000)}" for line in lines]


def _shown(result: Result) -> Iterator[str]:
    scenario = load_catalogue().scenarios.get(result.scenario)
    if scenario is None:
        yield "not a scenario of the shipped catalogue; the transcript below tells it"
        return
    yield " ".join(scenario.doc.split())
    if scenario.why:
        yield f"It is wrong because {scenario.why}."
    yield f"`pinlab explain {result.scenario}` draws it."


def _did(folder: Path | None, result: Result) -> Iterator[str]:
    visits = _visits(folder)
    for number, visit in enumerate(visits, 1):
        client, outcome = visit["client"], visit["client"]["outcome"]
        which = f"visit {number}: " if len(visits) > 1 else ""
        words = [str(outcome[key]) for key in ("reason", "detail") if outcome.get(key)]
        ended = f"signal {client['signal']}" if client["signal"] else f"exit {client['exit_code']}"
        yield f"{which}claimed {outcome['claim'] or 'nothing'}" + (f": {'; '.join(words)}" if words else "")
        yield f"{which}{ended} after {client['duration_ms']} ms" + (
            ", stopped" if client["timed_out"] else ""
        )
        yield from (f"stderr: {line}" for line in client["stderr_tail"].strip().splitlines()[-4:])
    if not visits:
        yield f"{result.app_bytes_at_attacker} bytes of it reached the attacker; no more is kept"


def _visits(folder: Path | None) -> list[dict[str, Any]]:
    try:
        stored = json.loads((folder / "evidence.json").read_text(encoding="utf-8")) if folder else {}
    except (OSError, ValueError):
        return []
    return list(stored.get("visits", []))


def _why(result: Result) -> Iterator[str]:
    yield f"{result.verdict}: {MEANINGS[Verdict(result.verdict)]}."
    if result.cause:
        yield f"cause: {result.cause}"
    if result.verdict in (Verdict.HELD, Verdict.LOCKED_OUT, Verdict.WRONG_REASON):
        yield f"believed because {WITNESS[ReasonSource(result.reason_source)]}."
    yield from (f"control: {name} is {verdict}" for name, verdict in result.controls)
    if result.known:
        yield f"excused as a known deviation: {result.known}"


def _look(result: Result, folder: Path | None) -> Iterator[str]:
    if folder is None:
        gone = f"{result.evidence} is gone; " if result.evidence else ""
        yield f"{gone}nothing was kept: repeat it with --keep, and explain that result"
        return
    for what, command in listed(folder, _host(folder)):
        yield f"{what}:"
        yield f"  {command}"


def _host(folder: Path) -> str:
    try:
        texts = json.loads((folder / "client.0.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "shop.test"
    return str(texts.get("host", "shop.test"))


def _again(result: Result, folder: Path | None, run: dict[str, Any]) -> str:
    """The transcript has the whole command line; without one it is made of what the file says."""
    transcript = folder / "transcript.txt" if folder else None
    lines = transcript.read_text(encoding="utf-8").splitlines() if transcript and transcript.exists() else []
    texts = [line.split(None, 1)[1] for line in lines if line.startswith("  again ")]
    if texts:
        return texts[0]
    client = "--command '...'" if result.client == "command" else f"--client {result.client}"
    return f"./pinlab run --only {result.scenario} --via {result.via} --seed {run.get('seed', 0)} {client} --keep"
