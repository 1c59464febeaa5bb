"""Facts of a connection as sentences for people who have never seen a handshake.

Pure. It tells what a witness saw and what the client claims, and leaves out what does not move the transcript.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pinlab.core.text import printable
from pinlab.evidence.model import ClientRun, Observation, ObservedVisit
from pinlab.judge.transcript_lines import short_pin

Mood = Literal["plain", "good", "bad"]
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Sentence:
    """Who speaks or learns something, what, and whether that is good for the app's user."""

    who: str
    text: str
    mood: Mood = "plain"


@dataclass(frozen=True)
class DemoContext:
    """Who is who in a demonstration. `pinned`: the pins in force, None without any. `secrets`: canaries."""

    impostor: bool
    pinned: tuple[str, ...] | None
    secrets: tuple[str, ...]

    @property
    def other(self) -> str:
        """The server that the app has met."""
        return "attacker" if self.impostor else "shop"


def sentences(visit: ObservedVisit, cast: DemoContext) -> Iterator[Sentence]:
    """The transcript of a visit: what the witness that the app met has seen, then what the app says of it."""
    witness = "mitm" if any(seen.who == "mitm" for seen in visit.observations) else "origin"
    for seen in visit.observations:
        describe = _SENTENCES.get(seen.what)
        if seen.who == witness and describe:
            yield from describe(seen.facts, cast)
    yield from _claim(visit.client)


def _hello(facts: Facts, cast: DemoContext) -> Iterator[Sentence]:
    yield Sentence("app", f"asks for {printable(str(facts.get('sni')))}")


def _presented(facts: Facts, cast: DemoContext) -> Iterator[Sentence]:
    chain = [entry for entry in facts.get("chain") or () if isinstance(entry, Mapping)]
    for number, entry in enumerate(chain):
        name = printable(str(entry.get("subject", "?")).replace("CN=", "").replace("\\,", ","))
        begins = "shows a certificate for" if number == 0 else "and sends along that of"
        key = f"{short_pin(str(entry.get('pin')))}{_pinned(entry, cast, leaf=number == 0)}"
        yield Sentence(cast.other, f"{begins} {name}, key {key}")


def _pinned(entry: Mapping[str, Any], cast: DemoContext, *, leaf: bool) -> str:
    if cast.pinned is None:
        return ""
    if entry.get("pin") in cast.pinned:
        return " (pinned)"
    return " (not pinned)" if leaf else ""


def _alert(facts: Facts, cast: DemoContext) -> Iterator[Sentence]:
    name = printable(str(facts.get("name")))
    if facts.get("direction") == "received" and name != "close_notify":
        yield Sentence("app", f"breaks off the handshake: {name}", "good" if cast.impostor else "plain")


def _done(facts: Facts, cast: DemoContext) -> Iterator[Sentence]:
    yield Sentence("app", f"is satisfied; TLS {printable(str(facts.get('version')))} stands")


def _canary(facts: Facts, cast: DemoContext) -> Iterator[Sentence]:
    secret = cast.secrets[int(facts.get("canary") or 0)]
    yield Sentence(cast.other, f"reads the app's secret: {secret}", "bad" if cast.impostor else "good")


def _request(facts: Facts, cast: DemoContext) -> Iterator[Sentence]:
    line = f"{facts.get('method')} {facts.get('target')}"
    yield Sentence(cast.other, f"reads {facts.get('bytes')} bytes: {printable(line, 60)} …")


def _tampered(facts: Facts, cast: DemoContext) -> Iterator[Sentence]:
    yield Sentence(
        "attacker", f"changes the shop's answer of {facts.get('bytes')} bytes on its way back", "bad"
    )


def _closed(facts: Facts, cast: DemoContext) -> Iterator[Sentence]:
    count = int(facts.get("app_bytes") or 0)
    if cast.impostor:
        mood: Mood = "bad" if count else "good"
        yield Sentence("attacker", f"got {count} bytes of the app's data", mood)


_SENTENCES: dict[str, Callable[[Facts, DemoContext], Iterator[Sentence]]] = {
    "client_hello": _hello,
    "presented": _presented,
    "alert": _alert,
    "handshake_done": _done,
    "canary_seen": _canary,
    "request": _request,
    "tampered": _tampered,
    "closed": _closed,
}


def _claim(run: ClientRun) -> Iterator[Sentence]:
    outcome = run.outcome
    if outcome.claim != "accept":
        yield Sentence("app", f"tells its user: no connection ({printable(outcome.reason or 'no reason')})")
        return
    body = outcome.body or run.stdout_tail.replace("\r\n", "\n").partition("\n\n")[2]
    yield Sentence("app", f"tells its user: {printable(body.strip(), 60) or 'done'!r}")


def sentences_of(visits: Sequence[ObservedVisit], cast: DemoContext) -> tuple[Sentence, ...]:
    """All visits of a case, one after the other."""
    return tuple(sentence for visit in visits for sentence in sentences(visit, cast))


def observed(visits: Sequence[ObservedVisit], what: str) -> list[Observation]:
    """All facts of one kind in these visits."""
    return [seen for visit in visits for seen in visit.observations if seen.what == what]
