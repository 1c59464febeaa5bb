"""The judge: expectation, evidence and the twins' verdicts in, one judgement out. Pure.

A claim counts only if the wire agrees with it. What is not witnessed is INCONCLUSIVE; a byte in the wrong hands is
BREACHED, whatever else happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pinlab.core.enums import Claim, Phase, Reason, ReasonSource, Verdict
from pinlab.core.verdicts import REFUSALS, gravity
from pinlab.evidence.model import ClientRun, Evidence, Outcome, Visit
from pinlab.judge.expectation import Expectation
from pinlab.judge.verdicts import Judgement, TwinVerdict, VisitVerdict
from pinlab.judge.wire_facts import Testimony, describe

__all__ = ["Expectation", "Judgement", "TwinVerdict", "VisitVerdict", "judge"]


def judge(expectation: Expectation, evidence: Evidence, twins: Sequence[TwinVerdict] = ()) -> Judgement:
    """Judge one case. Total: whatever the evidence, there is a verdict; the unforeseen is INCONCLUSIVE."""
    told = [Testimony.of(expectation.at(n), visit) for n, visit in enumerate(evidence.visits)]
    faults = _lab_faults(expectation, evidence)
    verdicts = [
        _visit(word, visit, testimony, twins, faults)
        for word, visit, testimony in zip(_words(expectation, evidence), evidence.visits, told, strict=True)
    ]
    whole = _whole(expectation, verdicts, faults)
    return Judgement(
        verdict=whole.verdict,
        reason=whole.reason,
        reason_source=whole.source,
        late=any(one.late for one in verdicts),
        cause=whole.cause,
        canary_at_attacker=any(one.canary_at_attacker for one in told),
        app_bytes_at_attacker=sum(one.app_bytes_at_attacker for one in told),
        canary_at_origin=any(one.canary_at_origin for one in told),
        expected=expectation.expect,
        expected_reason=expectation.reason,
        twins=tuple(twins),
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
        replace(one, cause=f"visit {number} of {len(verdicts)}: {one.cause}" if several else one.cause)
        for number, (one, word) in enumerate(zip(verdicts, expectation.visits, strict=False), start=1)
        if one.verdict != word
    ]
    breached = [one for one in verdicts if one.verdict == Verdict.BREACHED]
    if not deviating and not breached:
        if faults or not verdicts:
            return _unclear("lab fault: " + ("; ".join(faults) or "no visit took place"))
        last = next((one for one in reversed(verdicts) if one.verdict == expectation.expect), None)
        return last or _unclear(
            f"no visit is expected to end {expectation.expect}: the scenario is contradictory"
        )
    worst = min((*deviating, *breached), key=lambda visit: gravity(visit.verdict))
    if worst.verdict == expectation.expect:
        # A client that locks itself out too early proves nothing about the accident that was to come.
        return replace(worst, verdict=Verdict.INCONCLUSIVE, cause=f"control failed: {worst.cause}")
    return worst


def _visit(
    word: str, visit: Visit, told: Testimony, twins: Sequence[TwinVerdict], faults: tuple[str, ...]
) -> VisitVerdict:
    """Judge one client run against its expected word: breach first, then faults, then the word itself."""
    refuse = word in REFUSALS
    breach = _breach(visit, told, refuse)
    if breach:
        return breach
    if faults:
        return _unclear("lab fault: " + "; ".join(faults))
    broken = next((one for one in told.ours if one.lab_fault), None)
    if broken:
        return _unclear(f"lab fault: {describe(broken)}: {broken.lab_fault}")
    if told.unplaced:
        return _unclear(f"{describe(told.unplaced[0])} has application bytes at no known step")
    fault = _client_fault(visit.client)
    if fault:
        return _unclear(fault)
    if visit.client.outcome.claim == Claim.UNSUPPORTED:
        return VisitVerdict(
            Verdict.UNSUPPORTED, visit.client.outcome.detail or "the client says it cannot do this"
        )
    if told.detours:
        return _unclear(f"the client went around the interceptor: bytes on {describe(told.detours[0])}")
    return _must_refuse(word, visit, told, twins) if refuse else _must_accept(visit, told)


def _unclear(cause: str) -> VisitVerdict:
    return VisitVerdict(Verdict.INCONCLUSIVE, cause)


def _breach(visit: Visit, told: Testimony, refuse: bool) -> VisitVerdict | None:
    """Bytes where there must be none, or the canary in clear; the first thing asked, and final."""
    claim = f"; the client claims {visit.client.outcome.claim or 'nothing'}"
    if told.at_attacker:
        where = ", ".join(describe(one) for one in told.at_attacker)
        canary = ", the canary among them" if told.canary_at_attacker else ""
        text = f"{told.app_bytes_at_attacker} application bytes were decrypted on {where}{canary}{claim}"
        return VisitVerdict(Verdict.BREACHED, text)
    if told.in_clear:
        one = told.in_clear[0]
        text = f"the canary could be read without a key ({one.canary_in_clear}) on {describe(one)}{claim}"
        return VisitVerdict(Verdict.BREACHED, text)
    if refuse and told.reused and not told.expectation.may_reuse:
        text = f"the connection of an earlier visit was used again, {describe(told.reused[0])}{claim}"
        return VisitVerdict(Verdict.BREACHED, text)
    spoke = [one for one in told.ours if one.app_bytes]
    if refuse and told.expectation.phase == Phase.CONFIG and spoke:
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


def _must_refuse(word: str, visit: Visit, told: Testimony, twins: Sequence[TwinVerdict]) -> VisitVerdict:
    """No byte reached the attacker. Was the lie shown, was it refused, and who says why?"""
    outcome = visit.client.outcome
    failed = next((twin for twin in twins if not twin.passed), None)
    if failed:
        return _unclear(
            f"control failed: {failed.id} is {failed.verdict}"
            + (f" ({failed.cause})" if failed.cause else "")
        )
    if not twins:
        return _unclear("control failed: no twin was run")
    if told.expectation.phase == Phase.CONFIG:
        if outcome.claim == Claim.REJECT and told.ours:
            text = f"refused, but only after it had connected: {describe(told.ours[0])}"
            return VisitVerdict(Verdict.WRONG_REASON, text, outcome.reason, _stated(outcome.reason))
    elif not told.lies and not (told.unreached and outcome.claim == Claim.REJECT):
        return _unclear(f"the attack was never met: {_instead(told)}; the client says {_heard(outcome)}")
    if any(one.early_data for one in told.ours):
        return _unclear("the client offered early data, which its refusal cannot take back")
    redirected = told.expectation.reason == Reason.REDIRECT_DENIED
    if outcome.claim == Claim.ACCEPT and redirected and not told.wandered:
        text = f"the redirect on {describe(told.lies[0])} was handed to the caller, and nothing followed it"
        return VisitVerdict(word, text, Reason.REDIRECT_DENIED, ReasonSource.DIFFERENTIAL)
    if outcome.claim == Claim.ACCEPT and told.broken_answers:
        text = f"an answer that broke off on {describe(told.broken_answers[0])} was taken for a whole one"
        return VisitVerdict(Verdict.BREACHED, text)
    if outcome.claim == Claim.ACCEPT:
        return _unclear("claim and wire disagree: the client claims accept, no byte reached the attacker")
    return _refused(word, outcome.reason, told, twins)


def _instead(told: Testimony) -> str:
    """What happened in the place of the lie."""
    if not told.ours:
        names = ", ".join(dict.fromkeys(one.sni or one.connect_host or "?" for one in told.other))
        other = f"; {len(told.other)} connections for other hosts ({names})" if told.other else ""
        return f"no connection for {told.expectation.host}{other}"
    if not any(one.hello for one in told.ours):
        return "no ClientHello"
    refusing = next((one for one in told.ours if one.server_alert), None)
    if refusing:
        return f"the server itself refused on {describe(refusing)}: {refusing.server_alert}"
    return "only legitimate steps were presented" if told.honest else "no certificate was sent"


def _heard(outcome: Outcome) -> str:
    """What the client says of its refusal, in one line."""
    said = outcome.reason or f"{outcome.claim}, no reason given"
    return ": ".join(part for part in (said, " ".join(outcome.detail.split())[:200]) if part)


def _stated(reason: str | None) -> str:
    return ReasonSource.CLIENT if reason else ReasonSource.NONE


def _refused(word: str, stated: str | None, told: Testimony, twins: Sequence[TwinVerdict]) -> VisitVerdict:
    """A refusal needs a witness to its reason: the client, an alert, or the twins."""
    right, late = told.expectation.reasons, told.late
    who = "these users are locked out" if word == Verdict.LOCKED_OUT else "refused"
    where = f" on {describe(told.lies[0])}" if told.lies else " before any connection"
    after = ", late: after the handshake" if late else ""
    if stated and stated not in right:
        known = "" if stated in tuple(Reason) else ", which is not on the list of reasons"
        text = f"refused{where}, but for {stated}{known}; expected {' or '.join(right) or 'no reason'}"
        return VisitVerdict(Verdict.WRONG_REASON, text, stated, ReasonSource.CLIENT, late)
    if stated:
        return VisitVerdict(
            word, f"{who}{where}{after}; the client says {stated}", stated, ReasonSource.CLIENT, late
        )
    alert = told.named_by_alert()
    if alert:
        text = f"{who}{where}{after}; its alert {alert[0]} names {alert[1]}"
        return VisitVerdict(word, text, alert[1], ReasonSource.ALERT, late)
    served = [twin.id for twin in twins if twin.verdict == Verdict.SERVED]
    if len(served) == len(twins) and len(served) >= told.expectation.twins_needed:
        text = f"{who}{where}{after}; accepted where only this differs: {', '.join(served)}"
        return VisitVerdict(word, text, told.expectation.reason, ReasonSource.DIFFERENTIAL, late)
    needed = told.expectation.twins_needed
    return _unclear(
        f"refused{where}, but no one bears witness to the reason ({len(served)} of {needed} twins)"
    )


def _must_accept(visit: Visit, told: Testimony) -> VisitVerdict:
    """No byte reached an attacker. Did the canary arrive where it should, and does the client say so?"""
    outcome = visit.client.outcome
    what = "its request" if told.expectation.any_byte else "the canary"
    if told.served:
        if outcome.claim == Claim.ACCEPT:
            return VisitVerdict(Verdict.SERVED, f"accepted; {what} arrived on {describe(told.served[0])}")
        if told.by_answer and any(told.legit(one) is False for one in (*told.lies, *told.other)):
            return VisitVerdict(Verdict.SERVED, "served, and what its answer led to was refused")
        return _unclear(
            f"claim and wire disagree: {outcome.claim}, but {what} arrived on {describe(told.served[0])}"
        )
    if outcome.claim == Claim.ACCEPT:
        return _unclear("claim and wire disagree: the client claims accept, but " + _missing(told))
    if not any(one.hello for one in told.ours):
        return _unclear(f"refused without a ClientHello ({_heard(outcome)}): " + _missing(told))
    if any(one.app_bytes for one in told.ours):
        return _unclear("the client claims reject after it had sent a request without the canary")
    if told.lies or not told.honest:
        return _unclear("refused, but not a legitimate presentation alone: " + _missing(told))
    alert = next((one.alert_received for one in told.honest if one.alert_received), None)
    heard = outcome.reason or (f"no reason given, alert {alert}" if alert else "no reason given")
    text = f"a legitimate presentation was refused on {describe(told.honest[0])}: {heard}"
    return VisitVerdict(Verdict.LOCKED_OUT, text, outcome.reason, _stated(outcome.reason))


def _missing(told: Testimony) -> str:
    """What is lacking for SERVED."""
    if told.lies:
        return f"the lie was shown on {describe(told.lies[0])}"
    if not told.honest:
        return _instead(told)
    if any(one.app_bytes for one in told.ours):
        return "the canary was in none of the bytes"
    return f"no application byte arrived on {describe(told.honest[0])}"
