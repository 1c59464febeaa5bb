"""The judge: expectation, evidence and the controls' verdicts in, one judgement out. Pure.

A claim counts only if the wire agrees with it. What is not witnessed is INCONCLUSIVE; a byte in the wrong hands is
BREACHED, whatever else happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pinlab.core.enums import Claim, Phase, Reason, ReasonSource, Verdict
from pinlab.core.verdicts import REFUSALS, gravity
from pinlab.evidence.model import ClientRun, Evidence, ObservedVisit, Outcome
from pinlab.judge.expectation import Expectation
from pinlab.judge.verdicts import ControlVerdict, Judgement, VisitVerdict
from pinlab.judge.wire_facts import Testimony, describe

__all__ = ["ControlVerdict", "Expectation", "Judgement", "VisitVerdict", "judge"]


def judge(expectation: Expectation, evidence: Evidence, controls: Sequence[ControlVerdict] = ()) -> Judgement:
    """Judge one case. Total: whatever the evidence, there is a verdict; the unforeseen is INCONCLUSIVE."""
    facts = [Testimony.of(expectation.at(n), visit) for n, visit in enumerate(evidence.visits)]
    faults = _lab_faults(expectation, evidence)
    verdicts = [
        _visit(word, visit, testimony, controls, faults)
        for word, visit, testimony in zip(_words(expectation, evidence), evidence.visits, facts, strict=True)
    ]
    whole = _whole(expectation, verdicts, faults)
    return Judgement(
        verdict=whole.verdict,
        reason=whole.reason,
        reason_source=whole.source,
        late=any(verdict.late for verdict in verdicts),
        cause=whole.cause,
        canary_at_attacker=any(testimony.canary_at_attacker for testimony in facts),
        app_bytes_at_attacker=sum(testimony.app_bytes_at_attacker for testimony in facts),
        canary_at_origin=any(testimony.canary_at_origin for testimony in facts),
        expected=expectation.expect,
        expected_reason=expectation.reason,
        controls=tuple(controls),
        visits=tuple(verdicts),
    )


def _words(expectation: Expectation, evidence: Evidence) -> tuple[str, ...]:
    """The expected word of each visit that took place; a visit too many is judged like the last one."""
    spare = len(evidence.visits) - len(expectation.visits)
    return (*expectation.visits, *expectation.visits[-1:] * max(spare, 0))[: len(evidence.visits)]


def _lab_faults(expectation: Expectation, evidence: Evidence) -> tuple[str, ...]:
    """What broke in the lab itself; the last visit is settled by the seal."""
    faults = list(evidence.lab_faults)
    if not evidence.sealed:
        faults.append("a witness did not seal its testimony")
    for number, visit in enumerate(evidence.visits, start=1):
        if not visit.settled and number < len(evidence.visits):
            faults.append(f"visit {number} was not read to its end before the next one began")
    if len(evidence.visits) != len(expectation.visits):
        faults.append(f"{len(evidence.visits)} visits took place of {len(expectation.visits)}")
    return tuple(faults)


def _whole(expectation: Expectation, verdicts: list[VisitVerdict], faults: tuple[str, ...]) -> VisitVerdict:
    """Put the visits together: all as expected gives the scenario's word, else the gravest deviation."""
    several = len(verdicts) > 1
    deviating = [
        replace(
            visit_verdict,
            cause=f"visit {number} of {len(verdicts)}: {visit_verdict.cause}"
            if several
            else visit_verdict.cause,
        )
        for number, (visit_verdict, word) in enumerate(
            zip(verdicts, expectation.visits, strict=False), start=1
        )
        if visit_verdict.verdict != word
    ]
    breached = [verdict for verdict in verdicts if verdict.verdict == Verdict.BREACHED]
    if not deviating and not breached:
        if faults or not verdicts:
            return _unclear("lab fault: " + ("; ".join(faults) or "no visit took place"))
        last = next(
            (verdict for verdict in reversed(verdicts) if verdict.verdict == expectation.expect), None
        )
        return last or _unclear(
            f"no visit is expected to end {expectation.expect}: the scenario is contradictory"
        )
    worst = min((*deviating, *breached), key=lambda visit: gravity(visit.verdict))
    if worst.verdict == expectation.expect:
        # A client that locks itself out too early proves nothing about the accident that was to come.
        return replace(worst, verdict=Verdict.INCONCLUSIVE, cause=f"control failed: {worst.cause}")
    return worst


def _visit(
    word: str,
    visit: ObservedVisit,
    testimony: Testimony,
    controls: Sequence[ControlVerdict],
    faults: tuple[str, ...],
) -> VisitVerdict:
    """Judge one client run against its expected word: breach first, then faults, then the word itself."""
    refuse = word in REFUSALS
    breach = _breach(visit, testimony, refuse)
    if breach:
        return breach
    if faults:
        return _unclear("lab fault: " + "; ".join(faults))
    broken = next((our for our in testimony.ours if our.lab_fault), None)
    if broken:
        return _unclear(f"lab fault: {describe(broken)}: {broken.lab_fault}")
    if testimony.unplaced:
        return _unclear(f"{describe(testimony.unplaced[0])} has application bytes at no known step")
    fault = _client_fault(visit.client)
    if fault:
        return _unclear(fault)
    if visit.client.outcome.claim == Claim.UNSUPPORTED:
        return VisitVerdict(
            Verdict.UNSUPPORTED, visit.client.outcome.detail or "the client says it cannot do this"
        )
    if testimony.detours:
        return _unclear(f"the client went around the interceptor: bytes on {describe(testimony.detours[0])}")
    return _must_refuse(word, visit, testimony, controls) if refuse else _must_accept(visit, testimony)


def _unclear(cause: str) -> VisitVerdict:
    return VisitVerdict(Verdict.INCONCLUSIVE, cause)


def _breach(visit: ObservedVisit, testimony: Testimony, refuse: bool) -> VisitVerdict | None:
    """Bytes where there must be none, or the canary in clear; the first thing asked, and final."""
    claim = f"; the client claims {visit.client.outcome.claim or 'nothing'}"
    if testimony.at_attacker:
        where = ", ".join(describe(connection) for connection in testimony.at_attacker)
        canary = ", the canary among them" if testimony.canary_at_attacker else ""
        text = f"{testimony.app_bytes_at_attacker} application bytes were decrypted on {where}{canary}{claim}"
        return VisitVerdict(Verdict.BREACHED, text)
    if testimony.in_clear:
        connection = testimony.in_clear[0]
        text = f"the canary could be read without a key ({connection.canary_in_clear}) on {describe(connection)}{claim}"
        return VisitVerdict(Verdict.BREACHED, text)
    if refuse and testimony.reused and not testimony.expectation.may_reuse:
        text = f"the connection of an earlier visit was used again, {describe(testimony.reused[0])}{claim}"
        return VisitVerdict(Verdict.BREACHED, text)
    spoke = [our for our in testimony.ours if our.app_bytes]
    if refuse and testimony.expectation.phase == Phase.CONFIG and spoke:
        text = f"the client spoke on {describe(spoke[0])} although its configuration is unusable{claim}"
        return VisitVerdict(Verdict.BREACHED, text)
    return None


def _client_fault(run: ClientRun) -> str | None:
    """Why this run of the client says nothing at all, or None."""
    if not run.started and run.outcome.claim != Claim.UNSUPPORTED:
        return f"the client never started: {run.outcome.detail or 'no cause given'}"
    if run.sanitizer:
        return f"sanitizer report in the client: {run.sanitizer}"
    if run.timed_out:
        return f"the client hung and was stopped after {run.duration_ms} ms"
    if run.signal is not None:
        return f"the client died by signal {run.signal}"
    if run.outcome.claim is None:
        return f"the client made no claim (exit code {run.exit_code}): {run.outcome.detail}".rstrip(": ")
    if run.outcome.claim not in tuple(Claim):
        return f"the client's claim is no word of the contract: {run.outcome.claim!r}"
    return None


def _must_refuse(
    word: str, visit: ObservedVisit, testimony: Testimony, controls: Sequence[ControlVerdict]
) -> VisitVerdict:
    """No byte reached the attacker. Was the attack shown, was it refused, and who says why?"""
    outcome = visit.client.outcome
    failed = next((control for control in controls if not control.passed), None)
    if failed:
        return _unclear(
            f"control failed: {failed.id} is {failed.verdict}"
            + (f" ({failed.cause})" if failed.cause else "")
        )
    if not controls:
        return _unclear("control failed: no control was run")
    if testimony.expectation.phase == Phase.CONFIG:
        if outcome.claim == Claim.REJECT and testimony.ours:
            text = f"refused, but only after it had connected: {describe(testimony.ours[0])}"
            return VisitVerdict(Verdict.WRONG_REASON, text, outcome.reason, _stated(outcome.reason))
    elif not testimony.forgeries and not (testimony.unreached and outcome.claim == Claim.REJECT):
        return _unclear(
            f"the attack was never met: {_instead(testimony)}; the client says {_received(outcome)}"
        )
    if any(our.early_data for our in testimony.ours):
        return _unclear("the client offered early data, which its refusal cannot take back")
    redirected = testimony.expectation.reason == Reason.REDIRECT_DENIED
    if outcome.claim == Claim.ACCEPT and redirected and not testimony.wandered:
        text = f"the redirect on {describe(testimony.forgeries[0])} was handed to the caller, and nothing followed it"
        return VisitVerdict(word, text, Reason.REDIRECT_DENIED, ReasonSource.DIFFERENTIAL)
    if outcome.claim == Claim.ACCEPT and testimony.broken_answers:
        text = (
            f"an answer that broke off on {describe(testimony.broken_answers[0])} was taken for a whole one"
        )
        return VisitVerdict(Verdict.BREACHED, text)
    if outcome.claim == Claim.ACCEPT:
        return _unclear("claim and wire disagree: the client claims accept, no byte reached the attacker")
    return _refused(word, outcome.reason, testimony, controls)


def _instead(testimony: Testimony) -> str:
    """What happened in the place of the attack."""
    if not testimony.ours:
        names = ", ".join(
            dict.fromkeys(connection.sni or connection.connect_host or "?" for connection in testimony.other)
        )
        other = f"; {len(testimony.other)} connections for other hosts ({names})" if testimony.other else ""
        return f"no connection for {testimony.expectation.host}{other}"
    if not any(our.hello for our in testimony.ours):
        return "no ClientHello"
    refusing = next((our for our in testimony.ours if our.server_alert), None)
    if refusing:
        return f"the server itself refused on {describe(refusing)}: {refusing.server_alert}"
    return "only legitimate steps were presented" if testimony.honest else "no certificate was sent"


def _received(outcome: Outcome) -> str:
    """What the client says of its refusal, in one line."""
    output = outcome.reason or f"{outcome.claim}, no reason given"
    return ": ".join(part for part in (output, " ".join(outcome.detail.split())[:200]) if part)


def _stated(reason: str | None) -> str:
    return ReasonSource.CLIENT if reason else ReasonSource.NONE


def _refused(
    word: str, stated: str | None, testimony: Testimony, controls: Sequence[ControlVerdict]
) -> VisitVerdict:
    """A refusal needs a witness to its reason: the client, an alert, or the controls."""
    right, late = testimony.expectation.reasons, testimony.late
    who = "these users are locked out" if word == Verdict.LOCKED_OUT else "refused"
    where = f" on {describe(testimony.forgeries[0])}" if testimony.forgeries else " before any connection"
    after = ", late: after the handshake" if late else ""
    if stated and stated not in right:
        known = "" if stated in tuple(Reason) else ", which is not on the list of reasons"
        text = f"refused{where}, but for {stated}{known}; expected {' or '.join(right) or 'no reason'}"
        return VisitVerdict(Verdict.WRONG_REASON, text, stated, ReasonSource.CLIENT, late)
    if stated:
        return VisitVerdict(
            word, f"{who}{where}{after}; the client says {stated}", stated, ReasonSource.CLIENT, late
        )
    alert = testimony.named_by_alert()
    if alert:
        text = f"{who}{where}{after}; its alert {alert[0]} names {alert[1]}"
        return VisitVerdict(word, text, alert[1], ReasonSource.ALERT, late)
    served = [control.id for control in controls if control.verdict == Verdict.SERVED]
    if len(served) == len(controls) and len(served) >= testimony.expectation.controls_needed:
        text = f"{who}{where}{after}; accepted where only this differs: {', '.join(served)}"
        return VisitVerdict(word, text, testimony.expectation.reason, ReasonSource.DIFFERENTIAL, late)
    needed = testimony.expectation.controls_needed
    return _unclear(
        f"refused{where}, but no one bears witness to the reason ({len(served)} of {needed} controls)"
    )


def _must_accept(visit: ObservedVisit, testimony: Testimony) -> VisitVerdict:
    """No byte reached an attacker. Did the canary arrive where it should, and does the client say so?"""
    outcome = visit.client.outcome
    what = "its request" if testimony.expectation.any_byte else "the canary"
    if testimony.served:
        if outcome.claim == Claim.ACCEPT:
            return VisitVerdict(
                Verdict.SERVED, f"accepted; {what} arrived on {describe(testimony.served[0])}"
            )
        if testimony.by_answer and any(
            testimony.legit(conn) is False for conn in (*testimony.forgeries, *testimony.other)
        ):
            return VisitVerdict(Verdict.SERVED, "served, and what its answer led to was refused")
        return _unclear(
            f"claim and wire disagree: {outcome.claim}, but {what} arrived on {describe(testimony.served[0])}"
        )
    if outcome.claim == Claim.ACCEPT:
        return _unclear("claim and wire disagree: the client claims accept, but " + _missing(testimony))
    if not any(our.hello for our in testimony.ours):
        return _unclear(f"refused without a ClientHello ({_received(outcome)}): " + _missing(testimony))
    if any(our.app_bytes for our in testimony.ours):
        return _unclear("the client claims reject after it had sent a request without the canary")
    if testimony.forgeries or not testimony.honest:
        return _unclear("refused, but not a legitimate presentation alone: " + _missing(testimony))
    alert = next(
        (connection.alert_received for connection in testimony.honest if connection.alert_received), None
    )
    received = outcome.reason or (f"no reason given, alert {alert}" if alert else "no reason given")
    text = f"a legitimate presentation was refused on {describe(testimony.honest[0])}: {received}"
    return VisitVerdict(Verdict.LOCKED_OUT, text, outcome.reason, _stated(outcome.reason))


def _missing(testimony: Testimony) -> str:
    """What is lacking for SERVED."""
    if testimony.forgeries:
        return f"the attack was shown on {describe(testimony.forgeries[0])}"
    if not testimony.honest:
        return _instead(testimony)
    if any(our.app_bytes for our in testimony.ours):
        return "the canary was in none of the bytes"
    return f"no application byte arrived on {describe(testimony.honest[0])}"
