"""The transcript of one case for people: what was shown, what came back, why the verdict is what it is.

Pure: evidence and judgement in, text out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pinlab.core.text import printable, shorten
from pinlab.evidence.model import ClientRun, Evidence, Observation, ObservedVisit
from pinlab.judge.transcript_lines import arrow, details, is_noise
from pinlab.judge.verdicts import Judgement

if TYPE_CHECKING:
    from pinlab.catalogue.scenario import Scenario

MOST_LINES = 60
"""So many observations of one visit are shown; a flood is counted."""
STDERR_LINES = 6


@dataclass(frozen=True)
class Subject:
    """The subject of the transcript.

    `pinned`: the client's pins as text, None for a client without pins. `secrets`: the canaries, shown
    shortened. `again`: the command that repeats the case. `world`: the folder with its evidence, if kept.
    """

    scenario: str
    client: str
    tls: str = "1.3"
    via: str = "address"
    why: str | None = None
    pinned: tuple[str, ...] | None = None
    secrets: tuple[str, ...] = ()
    again: str | None = None
    world: str | None = None

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        *,
        client: str,
        tls: str,
        via: str,
        pinned: Sequence[str] | None = None,
        secrets: Sequence[str] = (),
        again: str | None = None,
        world: str | None = None,
    ) -> Subject:
        """The subject of a case of `scenario`; without a `why`, its summary tells what is right."""
        why = scenario.why or scenario.summary
        pins = None if pinned is None else tuple(pinned)
        return cls(scenario.id, client, tls, via, why, pins, tuple(secrets), again, world)


class _Line(NamedTuple):
    """One aligned line: who speaks, an arrow with a fact, and its details, cut at `limit` characters."""

    who: str
    what: str
    text: str
    limit: int = 160


def render(subject: Subject, evidence: Evidence, judgement: Judgement) -> str:
    """The whole transcript, lines ended by newlines but for the last; safe to print, no secret in full."""
    lines = [_Line("why", "", subject.why, 300)] if subject.why else []
    lines.append(_Line("cause", "", judgement.cause, 600))
    several = len(evidence.visits) > 1
    for number, visit in enumerate(evidence.visits, start=1):
        if several:
            lines.append(_Line("visit", f"{number} of {len(evidence.visits)}", f"expected {visit.expect}"))
        lines += _witnessed(visit, subject)
        lines += _client(visit.client)
    lines += [_Line("lab", "!! fault", fault) for fault in evidence.lab_faults]
    if not evidence.sealed:
        lines.append(_Line("lab", "!! unsealed", "a witness did not finish its testimony"))
    lines += [_Line("control", f"== {control.verdict}", control.id) for control in judgement.controls]
    if subject.again:
        lines.append(_Line("again", "", subject.again, 1000))
    if subject.world:
        lines.append(_Line("world", "", subject.world, 1000))
    return "\n".join([_head(subject, judgement), *(_render(line, subject.secrets) for line in lines)])


def _render(line: _Line, secrets: Sequence[str]) -> str:
    # Secrets go first: a cut or an escape in the middle of one would hide it from the search.
    text = printable(shorten(line.text, secrets), line.limit)
    what = f"{printable(shorten(line.what, secrets)):<20} " if line.what else ""
    return f"  {printable(line.who):<8} {what}{text}".rstrip()


def _head(subject: Subject, judgement: Judgement) -> str:
    name = printable(f"{subject.scenario} [{subject.client}, TLS {subject.tls}, {subject.via}]")
    reason = f" ({judgement.expected_reason})" if judgement.expected_reason else ""
    if judgement.as_expected:
        return f"{name}   {judgement.verdict}, as expected{reason}"
    return f"{name}   {judgement.verdict}, expected {judgement.expected}{reason}"


def _witnessed(visit: ObservedVisit, subject: Subject) -> list[_Line]:
    """What the witnesses saw during a visit, in their order."""
    helloed = {(seen.who, seen.conn) for seen in visit.observations if seen.what == "client_hello"}
    facts = [seen for seen in visit.observations if not is_noise(seen, (seen.who, seen.conn) in helloed)]
    lines = [_observation(seen, subject) for seen in facts[:MOST_LINES]]
    if len(facts) > MOST_LINES:
        lines.append(
            _Line("lab", "-- and more", f"{len(facts) - MOST_LINES} observations are not shown here")
        )
    if not facts:
        lines.append(_Line("lab", "-- nothing", "no witness saw the client"))
    return lines


def _observation(seen: Observation, subject: Subject) -> _Line:
    number = "" if seen.conn is None else f"#{seen.conn} "
    return _Line(seen.who, f"{arrow(seen)} {seen.what}", number + details(seen, subject.pinned), 240)


def _client(run: ClientRun) -> list[_Line]:
    """What the client claims, or how it ended, and its last words where it ended badly."""
    outcome = run.outcome
    bad = _bad_end(run)
    if bad is None:
        status = f"status {outcome.status}" if outcome.status is not None else ""
        text = "  ".join(part for part in (outcome.reason or "", status, outcome.detail) if part)
        return [_Line("client", f"== {outcome.claim}", text)]
    lines = [_Line("client", f"== {bad}", outcome.detail)]
    words = (run.sanitizer or run.stderr_tail).strip().splitlines()[-STDERR_LINES:]
    return lines + [_Line("stderr", "", word) for word in words]


def _bad_end(run: ClientRun) -> str | None:
    if not run.started:
        return "unsupported" if run.outcome.claim == "unsupported" else "never started"
    if run.sanitizer:
        return "sanitizer"
    if run.timed_out:
        return f"hung {run.duration_ms} ms"
    if run.signal is not None:
        return f"signal {run.signal}"
    if run.outcome.claim is None:
        return f"no claim, exit {run.exit_code}"
    return None
