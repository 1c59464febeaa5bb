"""Checks that a scenario makes sense: a refusal says why and can be proven, an acceptance claims no more.

Pure functions from a scenario (and its neighbours) to complaints; names are checked in names_check.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pinlab.catalogue.scenario import Scenario
from pinlab.catalogue.steps import WELL_FORMED_PIN
from pinlab.core.enums import Phase, Reason, Verdict
from pinlab.core.errors import did_you_mean, place
from pinlab.pki.pins import RawPin

NEEDED_FOR_REFUSAL = {
    "why": "the one reason for which this must be refused",
    "reason": "the reason that a good client gives",
    "control": "the id of a scenario that differs in one thing and must be accepted, such as valid/leaf",
    "caught_by": "the flaws of pinlab-flawed that this scenario brings to light",
}
ONLY_FOR_REFUSAL = ("why", "reason", "also", "control")
GRAVEST_FIRST = (Verdict.HELD, Verdict.LOCKED_OUT, Verdict.SERVED)


def check_sense(scenario: Scenario, neighbours: Mapping[str, Scenario]) -> Iterator[str]:
    """Give every complaint about one scenario, read beside all the others."""
    yield from _refusal_is_explained(scenario)
    yield from _reasons_are_words(scenario)
    yield from _control_accepts(scenario, neighbours)
    yield from _visits_agree(scenario)
    yield from _legit_agrees(scenario)
    yield from _choice_agrees(scenario, neighbours)
    yield from _config_is_config(scenario)
    yield from _via_agrees(scenario)
    yield from _session_agrees(scenario)


def _at(scenario: Scenario, key: str = "") -> str:
    return place(scenario.file, scenario.name, key)


def _refusal_is_explained(scenario: Scenario) -> Iterator[str]:
    if scenario.must_refuse:
        for key, meaning in NEEDED_FOR_REFUSAL.items():
            if not getattr(scenario, key):
                yield f'{_at(scenario)}expects {scenario.expect}, so "{key}" is missing; write it: {meaning}'
    else:
        for key in ONLY_FOR_REFUSAL:
            if getattr(scenario, key):
                yield f'{_at(scenario)}expects SERVED, so "{key}" has no meaning here; remove it'


def _reasons_are_words(scenario: Scenario) -> Iterator[str]:
    words = [word.value for word in Reason]
    named = [("reason", scenario.reason), *((f"also[{i}]", word) for i, word in enumerate(scenario.also))]
    for key, word in named:
        if word is not None and word not in words:
            yield f'{_at(scenario, key)}no reason is called "{word}"{did_you_mean(word, words)}'
    if scenario.reason in scenario.also:
        yield f'{_at(scenario, "also")}"{scenario.reason}" is already the reason; list only other ones'


def _control_accepts(scenario: Scenario, neighbours: Mapping[str, Scenario]) -> Iterator[str]:
    if scenario.control is None:
        return
    control = neighbours.get(scenario.control)
    if control is None:
        hint = did_you_mean(scenario.control, neighbours)
        yield f'{_at(scenario, "control")}no scenario is called "{scenario.control}"{hint}'
    elif control.must_refuse:
        yield (
            f"{_at(scenario, 'control')}{control.id} expects {control.expect} itself; "
            f"a control must be accepted, name one that expects SERVED"
        )
    elif control.choice is not None:
        yield f"{_at(scenario, 'control')}--set can turn {control.id}; name one that is accepted in any case"
    elif control.host != scenario.host:
        yield f'{_at(scenario, "control")}{control.id} is for another host; use one for "{scenario.host}"'


def _visits_agree(scenario: Scenario) -> Iterator[str]:
    if not scenario.visits:
        return
    gravest = next(verdict for verdict in GRAVEST_FIRST if verdict in scenario.visits)
    if scenario.expect != gravest:
        yield f'{_at(scenario, "expect")}the gravest of the visits is {gravest}; write expect = "{gravest}"'


def _legit_agrees(scenario: Scenario) -> Iterator[str]:
    if scenario.is_config:
        return
    witness = "mitm" if scenario.has_mitm else "origin"
    key = "attack" if scenario.has_mitm else "present"
    steps = scenario.steps_legit("mitm" if scenario.has_mitm else "origin")
    answers = scenario.phase == Phase.REQUEST.value
    if scenario.must_refuse and all(steps) and not answers:
        yield f"{_at(scenario, key)}all steps are legitimate, yet a refusal is due; write legit = false"
    if Verdict.SERVED in scenario.expected_visits and not any(steps):
        yield f"{_at(scenario, key)}no step of the {witness} is legitimate, yet a visit is to be SERVED"
    if not scenario.must_refuse and not all(steps) and not answers:
        yield f"{_at(scenario, key)}a step is not legitimate, yet all is to be SERVED; write legit = true"


def _config_is_config(scenario: Scenario) -> Iterator[str]:
    raw = [pin.raw for pin in scenario.pins or () if isinstance(pin, RawPin)]
    malformed = [text for text in raw if not WELL_FORMED_PIN.fullmatch(text)]
    if malformed and not scenario.is_config:
        yield f'{_at(scenario, "phase")}"{malformed[0]}" is no pin, so the outcome is due in phase "config"'
    if scenario.is_config and not scenario.must_refuse:
        yield f'{_at(scenario, "phase")}nothing is SERVED in phase "config"; use another phase or expect HELD'
    if scenario.is_config and scenario.expect == Verdict.LOCKED_OUT:
        yield f'{_at(scenario, "expect")}a refusal in phase "config" is HELD: no server locked anyone out'


def _choice_agrees(scenario: Scenario, neighbours: Mapping[str, Scenario]) -> Iterator[str]:
    choice = scenario.choice
    if choice is None:
        return
    via = "reject" if scenario.must_refuse else "accept"
    if choice.default != via:
        yield f'{_at(scenario, "choice.default")}it expects {scenario.expect}; write default = "{via}"'
    words = [word.value for word in Reason]
    if via == "accept" and choice.reason not in words:
        hint = did_you_mean(choice.reason or "", words)
        yield f"{_at(scenario, 'choice.reason')}anyone who chooses to reject needs a reason{hint}"
    if via == "accept" and choice.control not in neighbours:
        hint = did_you_mean(choice.control or "", neighbours)
        yield f"{_at(scenario, 'choice.control')}anyone who chooses to reject needs a control{hint}"
    if via == "reject" and (choice.reason or choice.control):
        yield f"{_at(scenario, 'choice')}its reason and control are those of the scenario; remove them"


def _via_agrees(scenario: Scenario) -> Iterator[str]:
    proxy = scenario.proxy
    if proxy and (proxy.kind == "https") != (proxy.identity is not None):
        yield f'{_at(scenario, "proxy.identity")}an "https" proxy shows an identity, and no other kind does'
    if proxy and scenario.spoof:
        yield f"{_at(scenario, 'spoof')}a proxy resolves the name itself: there is no address to spoof"
    if scenario.spoof and not scenario.has_mitm:
        yield f"{_at(scenario, 'spoof')}there is no attacker to sit on another address; add an attack"
    if scenario.direct and not scenario.has_mitm:
        yield f"{_at(scenario, 'direct')}without an attack every connection is direct; remove it"


def _session_agrees(scenario: Scenario) -> Iterator[str]:
    if scenario.session and len(scenario.expected_visits) < 2:
        yield f"{_at(scenario, 'session')}one visit leaves nothing to anybody; write visits with two or more"
    if scenario.requests and not scenario.session:
        yield f"{_at(scenario, 'requests')}only a session has visits that ask for other things; write session"
    if len(scenario.requests) > len(scenario.expected_visits):
        yield f"{_at(scenario, 'requests')}there are more requests than visits"
    if scenario.asked(0).later:
        yield f"{_at(scenario, 'requests')}the first visit is now; move the clock for a later one"
    if scenario.stolen_ticket_key and not scenario.has_mitm:
        yield f"{_at(scenario, 'stolen_ticket_key')}no one is there who could have stolen it; add an attack"
