"""Connections that live on from one visit of a session to the next, as a fact in the later visit's evidence.

Pure. A witness says once who connected and what it showed; the visit that reuses the connection needs it too.
"""

from __future__ import annotations

from collections.abc import Sequence

from pinlab.evidence.connection import bytes_so_far
from pinlab.evidence.model import Observation

HEADS = {
    "accepted": ("peer",),
    "client_hello": ("sni", "step"),
    "decided": ("kind", "decision"),
    "upstream": ("local",),
    "presented": ("label",),
    "resumed": ("label",),
}


def carry(before: Sequence[Observation], during: Sequence[Observation]) -> list[Observation]:
    """Give one `carried` fact for each connection that was open before and is active during a visit."""
    received = dict.fromkeys((seen.who, seen.conn) for seen in during if seen.conn is not None)
    found = []
    for who, conn in received:
        past = [seen for seen in before if (seen.who, seen.conn) == (who, conn)]
        if past:
            found.append(Observation(0, who, conn, "carried", _facts(past)))
    return found


def _facts(past: Sequence[Observation]) -> dict[str, object]:
    facts: dict[str, object] = {"app_bytes": bytes_so_far(past)}
    for seen in past:
        for name in HEADS.get(seen.what, ()):
            if seen.facts.get(name) is not None:
                facts[name] = seen.facts[name]
        if seen.what == "connect_request":
            facts["host"] = seen.facts.get("host")
    return facts
