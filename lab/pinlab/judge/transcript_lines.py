"""How a single observation reads in a transcript: its direction and its details in a few words.

Pure. An observation that is not known here is still shown, with its facts as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pinlab.evidence.model import Observation

PIN_SHOWN = 13
"""Characters of a pin: the prefix and enough of the hash."""

_SENT = ("presented", "response", "dropped", "tampered", "fault")
_INNER = ("decided", "upstream", "upstream_failed", "relayed", "handshake_failed", "carried", "resumed")
_NOISE = ("listening", "settled", "marked", "sealed", "mark")

Facts = Mapping[str, Any]


def is_noise(seen: Observation, helloed: bool) -> bool:
    """Whether a transcript is better without it: book-keeping, and an accept that a hello makes plain."""
    return seen.who == "lab" or seen.what in _NOISE or (seen.what == "accepted" and helloed)


def arrow(seen: Observation) -> str:
    """`>>` from the client, `<<` to the client, `--` inside the lab."""
    if seen.what == "alert":
        return "<<" if seen.facts.get("direction") == "sent" else ">>"
    return "<<" if seen.what in _SENT else "--" if seen.what in _INNER else ">>"


def details(seen: Observation, pinned: tuple[str, ...] | None) -> str:
    """The facts of an observation in words; `pinned` is set beside what was presented."""
    if seen.what == "presented":
        return _presented(seen.facts, pinned)
    words = _WORDS.get(seen.what)
    return words(seen.facts) if words else _plain(seen.facts)


def short_pin(pin: str) -> str:
    """The beginning of a pin, or all of it where it is short."""
    return pin if len(pin) <= PIN_SHOWN else pin[:PIN_SHOWN] + "…"


def _presented(facts: Facts, pinned: tuple[str, ...] | None) -> str:
    chain = [entry for entry in facts.get("chain") or () if isinstance(entry, Mapping)]
    if not chain:
        return f"an empty chain ({facts.get('label', '?')})"
    subjects = [str(entry.get("subject", "?")) for entry in chain]
    pin = str(chain[0].get("pin", "?"))
    by = f' by "{subjects[1]}"' if len(subjects) > 1 else ""
    text = f"{subjects[0]}{by}  {short_pin(pin)}  ({facts.get('label', '?')})"
    if pinned is None:
        return f"{text}  the client has no pins"
    if pin in pinned:
        return f"{text}  pinned"
    return f"{text}  pinned: {', '.join(short_pin(name) for name in pinned) or 'an empty set'}"


def _hello(facts: Facts) -> str:
    parts = [f"sni={facts.get('sni') or 'none'}"]
    if facts.get("alpn"):
        parts.append("alpn=" + ",".join(str(name) for name in facts["alpn"]))
    parts += [name for name in ("early_data", "ticket") if facts.get(name) is True]
    return " ".join(parts)


def _handshake(facts: Facts) -> str:
    return f"TLS {facts.get('version', '?')}" + (" resumed" if facts.get("resumed") is True else "")


def _closed(facts: Facts) -> str:
    return f"{facts.get('how', '?')}, {facts.get('app_bytes', '?')} application bytes"


def _canary(facts: Facts) -> str:
    return f"in {facts.get('where', '?')}, {facts.get('form', '?')}"


def _request(facts: Facts) -> str:
    return f"{facts.get('method', '?')} {facts.get('target', '?')}, {facts.get('bytes', '?')} bytes"


def _decided(facts: Facts) -> str:
    return f"{facts.get('decision', '?')} ({facts.get('kind', '?')}, step {facts.get('step', '?')})"


def _plain(facts: Facts) -> str:
    return " ".join(f"{name}={value}" for name, value in facts.items() if name != "t_us")


def _carried(facts: Facts) -> str:
    return f"open since an earlier visit ({facts.get('kind') or facts.get('label') or '?'})"


_WORDS: dict[str, Callable[[Facts], str]] = {
    "accepted": lambda facts: f"from {facts.get('peer', '?')}",
    "alert": lambda facts: f"{facts.get('name', '?')} ({facts.get('code', '?')})",
    "canary_seen": _canary,
    "carried": _carried,
    "client_hello": _hello,
    "closed": _closed,
    "fault": lambda facts: " after ".join(str(facts[name]) for name in ("do", "after") if name in facts),
    "connect_request": lambda facts: f"{facts.get('host', '?')}:{facts.get('port', '?')}",
    "decided": _decided,
    "handshake_done": _handshake,
    "early_data": lambda facts: f"{facts.get('bytes', '?')} bytes before the handshake was over",
    "handshake_failed": lambda facts: str(facts.get("why", "?")),
    "request": _request,
    "resumed": lambda facts: f"an earlier session, no certificate ({facts.get('label', '?')})",
    "response": lambda facts: f"status {facts.get('status', '?')}, {facts.get('bytes', '?')} bytes",
}
