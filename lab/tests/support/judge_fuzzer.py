"""Evidence that is nearly a pass: a passing transcript, some noise, then one poison that no pass may survive.

Purely random evidence hardly ever comes near a pass, so it seldom asks the judge a hard question. Here many
transcripts still pass before they are poisoned. Draws from a `random.Random`: hypothesis can drive it, and
`ci/fuzz judge` can draw a million.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from pinlab.core.enums import Verdict
from pinlab.core.verdicts import REFUSALS
from pinlab.evidence.model import ClientRun, Evidence, Observation, ObservedVisit, Outcome
from pinlab.judge.expectation import Expectation
from pinlab.judge.judge import judge
from pinlab.judge.verdicts import ControlVerdict, Judgement
from tests.support.evidence_factory import (
    CONTROLS,
    acceptance,
    alert,
    closed,
    conn,
    done,
    exchange,
    forged,
    hello,
    presented,
    refusal,
    relayed,
    run,
)

PASSES = (Verdict.HELD, Verdict.SERVED, Verdict.LOCKED_OUT)
UNSEEN = ("config", "connect")
"""Phases in which a client rightly ends before any witness sees it."""
FRESH = 99
"""The number of a connection that no transcript has."""


@dataclass(frozen=True)
class Case:
    """Evidence with what it is judged against. `poison` says which law it must not be judged to break."""

    expectation: Expectation
    evidence: Evidence
    controls: tuple[ControlVerdict, ...] = CONTROLS
    poison: str = ""

    def judged(self) -> Judgement:
        return judge(self.expectation, self.evidence, self.controls)


def _case(expectation: Expectation, *visits: tuple[list[Observation], ClientRun]) -> Case:
    each = tuple(
        ObservedVisit(word, client, tuple(seen))
        for word, (seen, client) in zip(expectation.visits, visits, strict=True)
    )
    return Case(expectation, Evidence(each, True))


def transcripts(random: Random) -> Case:
    """One of the ways in which a case passes."""
    pinned, accepts = run("reject", random.choice(["pin_mismatch", None])), run("accept")
    late = random.choice([(), (done(), closed()), (alert("bad_certificate"), closed())])
    at_origin = conn("origin", 1, hello(), presented("wrong"), alert("unknown_ca"), closed())
    origin_forged: dict[str, Any] = {"legit": {"origin": (False,), "mitm": ()}, "has_mitm": False}
    swap = replace(refusal(legit={"origin": (True,), "mitm": (True, False)}), visits=("SERVED", "HELD"))
    answer = {"what": "response", "status": 302, "bytes": 9}
    redirect = refusal("redirect_denied", phase="request", legit={"origin": (True, False)}, has_mitm=False)
    choices: list[Callable[[], Case]] = [
        lambda: _case(refusal(), (forged(1, *late), pinned)),
        lambda: _case(refusal(**origin_forged), (at_origin, pinned)),
        lambda: _case(refusal(word="LOCKED_OUT", **origin_forged), (at_origin, pinned)),
        lambda: _case(swap, (relayed(), accepts), (forged(2, *late, step=1), pinned)),
        lambda: _case(acceptance(), (exchange(), accepts)),
        lambda: _case(acceptance(mitm=True), (relayed(), accepts)),
        lambda: _case(refusal("config_invalid", phase="config"), ([], run("reject", "config_invalid"))),
        lambda: _case(refusal("connect_failed", phase="connect"), ([], run("reject", "connect_failed"))),
        lambda: _case(redirect, (exchange() + conn("origin", 1, answer), run("reject", "redirect_denied"))),
    ]
    return random.choice(choices)()


def _change_visit(case: Case, number: int, **changes: Any) -> Case:
    visits = list(case.evidence.visits)
    visits[number] = replace(visits[number], **changes)
    return replace(case, evidence=replace(case.evidence, visits=tuple(visits)))


def _any_fact(random: Random) -> tuple[str, Any]:
    return random.choice(
        [
            ("step", random.choice([None, 0, 1, 5, -1])),
            ("sni", random.choice(["shop.test", "SHOP.TEST.", "cdn.test", "127.0.0.1", None])),
            ("app_bytes", random.choice([0, 1, 120])),
            ("decision", random.choice(["relay", "impersonate", "drop"])),
            ("where", random.choice(["tls", "clear", "sni", "early_data"])),
            ("peer", random.choice(["127.0.0.1:40001", "127.0.0.1:50001"])),
            ("early_data", random.choice([True, False])),
            ("name", random.choice(["unknown_ca", "close_notify", "certificate_expired"])),
        ]
    )


WORDS = (
    *(
        "accepted",
        "client_hello",
        "decided",
        "presented",
        "resumed",
        "dropped",
        "fault",
        "lab_fault",
        "carried",
    ),
    *("handshake_done", "upstream", "canary_seen", "request", "response", "closed", "alert", "proxy_refused"),
    *("lab_fault", "clear_answer", "early_data", "upstream_failed", "connect_request"),
)


def _noise_on_the_wire(random: Random, case: Case) -> Case:
    number = random.randrange(len(case.evidence.visits))
    seen = list(case.evidence.visits[number].observations)
    action = random.randrange(5)
    place = random.randrange(len(seen)) if seen else 0
    if action == 0 or not seen:
        who, key = random.choice(["origin", "mitm", "proxy"]), random.randrange(1, 4)
        seen.insert(place, Observation(0, who, key, random.choice(WORDS), dict([_any_fact(random)])))
    elif action == 1:
        del seen[place]
    elif action == 2:
        seen.insert(place, random.choice(seen))
    elif action == 3:
        name, value = _any_fact(random)
        seen[place] = replace(seen[place], facts={**seen[place].facts, name: value})
    else:
        seen[place] = replace(seen[place], who=random.choice(["origin", "mitm"]), conn=random.randrange(1, 4))
    return _change_visit(case, number, observations=tuple(seen))


def _noise_in_the_claim(random: Random, case: Case) -> Case:
    number = random.randrange(len(case.evidence.visits))
    claim = random.choice([None, "accept", "reject", "unsupported", "x"])
    reason = random.choice([None, "pin_mismatch", "chain_untrusted", "config_invalid", "nonsense"])
    client = replace(case.evidence.visits[number].client, outcome=Outcome(claim, reason))
    return _change_visit(case, number, client=client)


def noise(random: Random, case: Case) -> Case:
    """Up to three changes; most of them leave the verdict alone, or turn it into another honest one."""
    for _ in range(random.choice([0, 0, 1, 2, 3])):
        change = random.choice([_noise_on_the_wire, _noise_on_the_wire, _noise_in_the_claim])
        case = change(random, case)
    return case


def _add(case: Case, number: int, *facts: dict[str, Any], who: str) -> Case:
    seen = (*case.evidence.visits[number].observations, *conn(who, FRESH, *facts))
    return _change_visit(case, number, observations=seen)


def a_byte_at_the_attacker(random: Random, case: Case) -> Case | None:
    wrong = [
        (who, n) for who, steps in case.expectation.legit.items() for n, ok in enumerate(steps) if not ok
    ]
    if not wrong:
        return None
    who, step = random.choice(wrong)
    number = random.randrange(len(case.evidence.visits))
    host = case.expectation.at(number).host
    byte = random.choice(
        [closed(1), {"what": "request", "bytes": 0}, {"what": "canary_seen", "where": "tls", "form": "hex"}]
    )
    return _add(case, number, hello(host, step), byte, who=who)


def the_secret_in_clear(random: Random, case: Case) -> Case | None:
    number = random.randrange(len(case.evidence.visits))
    where = random.choice(["clear", "connect", "sni", "alpn", "early_data"])
    return _add(case, number, {"what": "canary_seen", "where": where}, who=random.choice(["origin", "mitm"]))


def nothing_happened(random: Random, case: Case) -> Case | None:
    for number in range(len(case.evidence.visits)):
        case = _change_visit(case, number, observations=())
    return None if case.expectation.phase in UNSEEN else case


def the_attack_was_not_shown(random: Random, case: Case) -> Case | None:
    shown = ("presented", "dropped", "fault", "resumed", "clear_answer", "proxy_refused", "response")
    for number, visit in enumerate(case.evidence.visits):
        seen = tuple(observation for observation in visit.observations if observation.what not in shown)
        case = _change_visit(case, number, observations=seen)
    return None if case.expectation.phase in UNSEEN else case


def a_control_failed(random: Random, case: Case) -> Case | None:
    bad = random.choice([word for word in Verdict if word != Verdict.SERVED])
    controls = list(CONTROLS)
    controls[random.randrange(2)] = ControlVerdict("valid/leaf", bad)
    return replace(case, controls=random.choice([tuple(controls), ()]))


def the_lab_broke(random: Random, case: Case) -> Case | None:
    broken: dict[str, Any] = random.choice([{"sealed": False}, {"lab_faults": ("pinlab-mitm died",)}])
    return replace(case, evidence=replace(case.evidence, **broken))


def the_client_died(random: Random, case: Case) -> Case | None:
    number = random.randrange(len(case.evidence.visits))
    death: dict[str, Any] = random.choice(
        [{"signal": 9}, {"timed_out": True}, {"started": False}, {"sanitizer": "heap-use-after-free"}]
    )
    return _change_visit(case, number, client=replace(case.evidence.visits[number].client, **death))


POISONS = {
    poison.__name__: poison
    for poison in (
        a_byte_at_the_attacker,
        the_secret_in_clear,
        nothing_happened,
        the_attack_was_not_shown,
        a_control_failed,
        the_lab_broke,
        the_client_died,
    )
}


def near_miss(random: Random) -> Case:
    """One case, poisoned; `poison` is empty where the one that was drawn does not fit the transcript."""
    case = noise(random, transcripts(random))
    name = random.choice(list(POISONS))
    poisoned = POISONS[name](random, case)
    return case if poisoned is None else replace(poisoned, poison=name)


def broken_law(case: Case) -> str | None:
    """What is wrong with the verdict on a case; None if nothing is."""
    output = case.judged()
    refused = output.verdict in REFUSALS and output.as_expected
    if (output.canary_at_attacker or output.app_bytes_at_attacker) and output.verdict != Verdict.BREACHED:
        return f"bytes at the attacker, and {output.verdict}"
    if (
        case.poison in ("a_byte_at_the_attacker", "the_secret_in_clear")
        and output.verdict != Verdict.BREACHED
    ):
        return f"{case.poison}, and {output.verdict}"
    if case.poison == "nothing_happened" and output.verdict in PASSES:
        return f"nothing happened, and {output.verdict}"
    if case.poison in ("the_attack_was_not_shown", "a_control_failed") and refused:
        return f"{case.poison}, and {output.verdict}"
    if case.poison in ("the_lab_broke", "the_client_died") and output.as_expected:
        return f"{case.poison}, and {output.verdict}"
    return None


def main(count: int, seed: int = 1) -> int:
    """Try so many; say how the verdicts fell, and stop at the first broken law. Exit status 0 or 1."""
    random = Random(seed)
    fell = Counter[str]()
    for number in range(count):
        case = near_miss(random)
        if wrong := broken_law(case):
            print(f"number {number} of seed {seed}: {wrong}\n{case}")
            return 1
        fell[f"{case.poison or 'no poison'}: {case.judged().verdict}"] += 1
    for line in sorted(fell):
        print(f"{fell[line]:9} {line}")
    print(f"{count} cases of seed {seed}, no law broken")
    return 0


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:])))
