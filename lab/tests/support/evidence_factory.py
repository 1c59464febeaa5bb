"""Invented evidence for the tests of the judge: what witnesses would have printed, made without a process."""

from __future__ import annotations

from typing import Any

from pinlab.evidence.model import ClientRun, Evidence, Observation, ObservedVisit, Outcome
from pinlab.judge.expectation import Expectation
from pinlab.judge.judge import judge
from pinlab.judge.verdicts import ControlVerdict, Judgement

CANARY = "7f3a9c5544aa7f3a9c5544aa7f3a9c55"
LOCAL = "127.0.0.1:40001"
SERVED_CONTROL = ControlVerdict("valid/leaf", "SERVED", "accepted")
REPINNED_CONTROL = ControlVerdict("rogue_ca/in_store (repinned)", "SERVED", "accepted")
CONTROLS = (SERVED_CONTROL, REPINNED_CONTROL)

Facts = dict[str, Any]


def conn(who: str, number: int, *facts: Facts) -> list[Observation]:
    """Observations of one connection; each fact is a dict with its `what`."""
    return [
        Observation(0, who, number, fact["what"], {k: v for k, v in fact.items() if k != "what"})
        for fact in facts
    ]


def hello(sni: str | None = "shop.test", step: int = 0, early_data: bool = False) -> Facts:
    return {
        "what": "client_hello",
        "sni": sni,
        "step": step,
        "early_data": early_data,
        "alpn": [],
        "bytes": 517,
    }


def accepted(peer: str = "127.0.0.1:50001") -> Facts:
    return {"what": "accepted", "peer": peer}


def decided(kind: str, decision: str = "impersonate", step: int = 0) -> Facts:
    return {"what": "decided", "step": step, "kind": kind, "decision": decision}


def presented(label: str, step: int = 0) -> Facts:
    chain = [{"subject": "shop.test", "pin": "sha256/" + "A" * 43 + "=", "cert_sha256": "00" * 32}]
    return {"what": "presented", "step": step, "label": label, "chain": chain}


def done() -> Facts:
    return {"what": "handshake_done", "version": "1.3", "resumed": False, "cipher": "x", "alpn": None}


def alert(name: str, code: int = 0, direction: str = "received") -> Facts:
    return {"what": "alert", "direction": direction, "name": name, "code": code}


def canary(where: str = "tls", form: str = "plain") -> Facts:
    return {"what": "canary_seen", "where": where, "form": form, "canary": 0}


def closed(app_bytes: int = 0, how: str = "eof") -> Facts:
    return {"what": "closed", "how": how, "app_bytes": app_bytes, "raw_bytes": 600 + app_bytes}


def forged(number: int = 1, *then: Facts, sni: str | None = "shop.test", step: int = 0) -> list[Observation]:
    """A connection on which the interceptor showed a rogue chain; `then` follows (default: it is closed)."""
    head = (accepted(), hello(sni, step), decided("rogue_ca", step=step), presented("rogue_ca", step))
    return conn("mitm", number, *head, *(then or (closed(),)))


def exchange(
    who: str = "origin", number: int = 1, step: int = 0, peer: str = "127.0.0.1:50001"
) -> list[Observation]:
    """A complete request with the canary on an impersonated or an origin connection."""
    request = {"what": "request", "method": "GET", "target": "/", "bytes": 120}
    facts = (
        accepted(peer),
        hello(step=step),
        presented("active", step),
        done(),
        canary(),
        request,
        closed(120),
    )
    return conn(who, number, *facts)


def relayed(number: int = 1, step: int = 0) -> list[Observation]:
    """An interceptor that only moves bytes, and the origin that serves the client through it."""
    relay = (accepted(), hello(step=step), decided("pass_through", "relay", step))
    through = conn("mitm", number, *relay, {"what": "upstream", "local": LOCAL}, closed(0))
    return through + exchange("origin", number, peer=LOCAL)


def run(claim: str | None = "reject", reason: str | None = None, **changes: Any) -> ClientRun:
    return ClientRun(Outcome(claim, reason), **changes)


def refusal(*reasons: str, word: str = "HELD", **changes: Any) -> Expectation:
    """One interceptor step that must be refused."""
    facts: dict[str, Any] = {
        "reasons": reasons or ("pin_mismatch",),
        "legit": {"origin": (True,), "mitm": (False,)},
        "has_mitm": True,
    }
    return Expectation(word, (word,), **{**facts, **changes})


def acceptance(mitm: bool = False, **changes: Any) -> Expectation:
    """Everything legitimate, with or without an interceptor that relays."""
    legit = {"origin": (True,), "mitm": (True,) if mitm else ()}
    return Expectation("SERVED", ("SERVED",), legit=legit, has_mitm=mitm, **changes)


def evidence(
    seen: list[Observation] | None = None,
    client: ClientRun | None = None,
    *,
    expect: str = "HELD",
    sealed: bool = True,
    lab_faults: tuple[str, ...] = (),
) -> Evidence:
    """Evidence of one visit."""
    return Evidence((ObservedVisit(expect, client or run(), tuple(seen or ())),), sealed, lab_faults)


Connections = list[Observation]
PIN = run("reject", "pin_mismatch")
SILENT = run("reject")
ACCEPT = run("accept")


def verdict_on(
    seen: Connections, client: Any, expectation: Expectation | None = None, **more: Any
) -> Judgement:
    """The judge's word on one visit, a refusal with both its controls served unless the test says otherwise."""
    controls = more.pop("controls", CONTROLS)
    return judge(expectation or refusal(), evidence(seen, client, **more), controls)
