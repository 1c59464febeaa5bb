"""Five questions to a client that is not ours, so that a set-up fault never looks like a verdict.

It uses two ordinary cases of the catalogue, whose evidence the suite then shares. It never gives a verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pinlab.catalogue.scenario import Scenario
from pinlab.core.enums import Verdict
from pinlab.evidence.connection import Connection, connections
from pinlab.evidence.model import Evidence
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.cases import Case, cases, why_skipped

PLAIN = ("valid", "misissued")
"""Families without specialities: a browser refuses key agreements of old that another family shows."""


@dataclass(frozen=True)
class SelfcheckAnswer:
    """One question and what was seen; `good` is None where it could not be asked."""

    question: str
    good: bool | None
    seen: str


@dataclass(frozen=True)
class Probe:
    """All answers. `blocked` says why running the suite would be pointless, or is None."""

    answers: tuple[SelfcheckAnswer, ...]
    blocked: str | None


def probe(case_runner: CaseRunner) -> Probe:
    """Run a plain legitimate case and one that only a pin can refuse, and read the answers off the wire."""
    served = first_case(case_runner, is_served)
    if served is None:
        return Probe((), None)
    evidence = case_runner.evidence(served)
    ours = _connections(evidence, "origin")
    host = served.scenario.host
    hellos = [our for our in ours if our.hello]
    sni = next((hello.sni for hello in hellos if hello.sni), None)
    done = any(our.handshake_done for our in ours)
    canary = any(our.canary_decrypted for our in ours)
    alert = next((our.alert_received for our in ours if our.alert_received), None)
    answers = (
        SelfcheckAnswer("reaches the lab", bool(hellos), f"connections: {len(ours)}"),
        _answer(
            "trusts the CA it was given", bool(hellos), done, "handshake done" if done else alert or "no"
        ),
        _answer("sends the name (SNI)", bool(hellos), sni == host, sni or "none"),
        _answer("sends the canary", done, canary, "in its request" if canary else "not seen"),
        _pin_answer(case_runner) if canary else SelfcheckAnswer("honours a pin", None, "not asked"),
    )
    return Probe(answers, _blocked(evidence, bool(hellos)))


def _answer(question: str, asked: bool, good: bool, seen: str) -> SelfcheckAnswer:
    return SelfcheckAnswer(question, good, seen) if asked else SelfcheckAnswer(question, None, "not asked")


def _blocked(evidence: Evidence, reached: bool) -> str | None:
    if evidence.lab_faults:
        return f"the lab itself failed: {evidence.lab_faults[0]}"
    run = evidence.visits[0].client
    outcome = (run.outcome.detail or run.stderr_tail.strip())[-200:]
    if not run.started and run.outcome.claim is None:
        return f"the client never started: {outcome}"
    if run.timed_out:
        return (
            f"the client hung and was stopped after {run.duration_ms / 1000:.1f} s, at a plain valid server"
        )
    if run.outcome.claim == "unsupported":
        return None
    if not reached:
        how = f"exit {run.exit_code}" if run.signal is None else f"signal {run.signal}"
        return f"the client never reached the lab ({how}{': ' + outcome if outcome else ''})"
    return None


def _pin_answer(case_runner: CaseRunner) -> SelfcheckAnswer:
    question = "honours a pin"
    if case_runner.adapter.pins == "none":
        return SelfcheckAnswer(question, False, "it has no pins")
    case = first_case(case_runner, _only_a_pin_refuses)
    if case is None:
        return SelfcheckAnswer(question, None, "no scenario to ask with")
    seen = _connections(case_runner.evidence(case), "mitm")
    if any(connection.app_bytes for connection in seen):
        return SelfcheckAnswer(question, False, f"it talked to a key that is not pinned ({case.scenario.id})")
    return SelfcheckAnswer(
        question, any(connection.presented for connection in seen) or None, f"refused {case.scenario.id}"
    )


def is_served(scenario: Scenario) -> bool:
    """One visit to a server that must be accepted, and no one between."""
    return not scenario.has_mitm and scenario.expect == Verdict.SERVED and not scenario.visits


def _only_a_pin_refuses(scenario: Scenario) -> bool:
    return scenario.is_pin_only and scenario.has_mitm and not scenario.visits and not scenario.spoof


def first_case(case_runner: CaseRunner, fits: Callable[[Scenario], bool]) -> Case | None:
    """The first case of the catalogue whose scenario fits; plain ones come before those with a speciality."""
    every = sorted(
        case_runner.catalogue.scenarios.values(), key=lambda scenario: scenario.family not in PLAIN
    )
    via = case_runner.settings.via_for(case_runner.adapter)
    made = cases(
        [scenario for scenario in every if fits(scenario)],
        case_runner.catalogue.cast,
        via=via,
        client=case_runner.adapter.identity(),
        lasting_world=case_runner.settings.world,
    )
    fixed = case_runner.adapter.pins == "fixed"
    return next((case for case in made if why_skipped(case, fixed_pins=fixed) is None), None)


def _connections(evidence: Evidence, who: str) -> list[Connection]:
    return [
        connection for visit in evidence.visits for connection in connections(visit) if connection.who == who
    ]
