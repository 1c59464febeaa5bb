"""One connection as a witness saw it, gathered from its observations.

A view, nothing more: it holds no opinion on which connection was right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pinlab.evidence.model import Observation, ObservedVisit

_QUIET_ALERTS = ("close_notify", "user_canceled")


@dataclass(frozen=True)
class Connection:
    """What happened on one accepted connection.

    `step` indexes the script (mitm) or the queue (origin) and is None until a ClientHello consumed one.
    `app_bytes` are decrypted application bytes from the peer. `canaries` are (where, form) pairs.
    `resumed`: the handshake took up a session, and so nothing was presented. `carried`: it is an earlier
    visit's, and the bytes are those of this one.
    `proxy_refused`: the proxy would not connect it. `answered`: a request on it got a response.
    `in_clear`: the ClientHello was answered without TLS.
    `server_showed`, `client_spoke`: of a connection that is relayed unread, whether the server answered the
    hello, and how many records of application data followed; `server_alert`: what it complained of instead.
    `upstream_of_mitm`: the peer is the interceptor; `relayed`: and it only moves the client's own TLS bytes.
    `lab_fault`: why a witness could not do its part; a drop that follows from that is no attack.
    """

    who: str
    conn: int
    peer: str | None = None
    sni: str | None = None
    connect_host: str | None = None
    step: int | None = None
    kind: str | None = None
    label: str | None = None
    hello: bool = False
    presented: bool = False
    dropped: bool = False
    faulted: bool = False
    early_data: bool = False
    handshake_done: bool = False
    resumed: bool = False
    carried: bool = False
    proxy_refused: bool = False
    answered: bool = False
    in_clear: bool = False
    server_showed: bool = False
    client_spoke: int = 0
    server_alert: str | None = None
    app_bytes: int = 0
    canaries: tuple[tuple[str, str], ...] = ()
    alert_received: str | None = None
    ended: str | None = None
    upstream_of_mitm: bool = False
    relayed: bool = False
    lab_fault: str | None = None

    @property
    def canary_decrypted(self) -> bool:
        """The canary was found in the decrypted stream."""
        return any(where == "tls" for where, _ in self.canaries)

    @property
    def canary_in_clear(self) -> str | None:
        """Where the canary was readable without any key (clear, connect, sni, alpn, early data), or None."""
        return next((where for where, _ in self.canaries if where != "tls"), None)

    @property
    def was_shown(self) -> bool:
        """The client met what this step has for it: a chain, a broken or clear connection, a refusing proxy.

        A resumed handshake had nothing to present.
        """
        broken = self.dropped or self.faulted
        return self.presented or broken or self.in_clear or self.proxy_refused or self.resumed

    @property
    def of_the_client(self) -> bool:
        """The TLS peer is the client, not the interceptor's own connection to the origin."""
        return self.relayed or not self.upstream_of_mitm


def connections(visit: ObservedVisit) -> list[Connection]:
    """The connections of one visit, in the order in which the witnesses first mention them."""
    grouped: dict[tuple[str, int], list[Observation]] = {}
    for seen in visit.observations:
        if seen.conn is not None:
            grouped.setdefault((seen.who, seen.conn), []).append(seen)
    upstream, relayed = _upstream_addresses(grouped)
    found = [_gather(who, conn, seen, upstream, relayed) for (who, conn), seen in grouped.items()]
    return [connection for connection in found if connection.app_bytes or not connection.carried]


def _upstream_addresses(grouped: dict[tuple[str, int], list[Observation]]) -> tuple[set[str], set[str]]:
    """Local addresses of the interceptor's own connections, and those of them that are plain relays."""
    upstream: set[str] = set()
    relayed: set[str] = set()
    for (who, _), seen in grouped.items():
        if who != "mitm":
            continue
        local = [
            str(observation.facts["local"])
            for observation in seen
            if observation.what in ("upstream", "carried") and observation.facts.get("local")
        ]
        upstream |= set(local)
        decisions = {observation.facts["decision"] for observation in seen if "decision" in observation.facts}
        if decisions == {"relay"}:
            # An attack may look at the origin's chain first, on another connection; the last one carries.
            relayed |= set(local[-1:])
    return upstream, relayed


def _first(seen: Iterable[Observation], what: str, fact: str) -> object | None:
    """The first value that is not null of `fact` among the observations named `what` ("*": any)."""
    found = (observation.facts.get(fact) for observation in seen if what in ("*", observation.what))
    return next((value for value in found if value is not None), None)


def _text(value: object | None) -> str | None:
    return None if value is None else str(value)


def _number(value: object | None) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def bytes_so_far(seen: Sequence[Observation]) -> int:
    """Decrypted application bytes of a connection that is still open, by its witness's words."""
    canary = any(
        observation.what == "canary_seen" and observation.facts.get("where") == "tls" for observation in seen
    )
    earlier = sum(
        _number(observation.facts.get("app_bytes")) for observation in seen if observation.what == "carried"
    )
    return earlier + _app_bytes(seen, canary)


def _app_bytes(seen: Sequence[Observation], canary: bool) -> int:
    """Decrypted bytes by the largest testimony: the total at the end, the requests, or the canary itself."""
    total = max(
        (_number(observation.facts.get("app_bytes")) for observation in seen if observation.what == "closed"),
        default=0,
    )
    # What an earlier visit sent is in the total too.
    total -= sum(
        _number(observation.facts.get("app_bytes")) for observation in seen if observation.what == "carried"
    )
    requests = sum(
        max(1, _number(observation.facts.get("bytes")))
        for observation in seen
        if observation.what == "request"
    )
    early = sum(
        _number(observation.facts.get("bytes")) for observation in seen if observation.what == "early_data"
    )
    return max(total, requests, early, 1 if canary else 0)


def _alert(seen: list[Observation]) -> str | None:
    """The first alert from the peer that complains, with spaces made underscores."""
    for observation in seen:
        if observation.what == "alert" and observation.facts.get("direction") == "received":
            name = str(observation.facts.get("name", "")).strip().lower().replace(" ", "_")
            if name not in _QUIET_ALERTS:
                return name
    return None


def _gather(
    who: str, conn: int, seen: list[Observation], upstream: set[str], relayed: set[str]
) -> Connection:
    words = {observation.what for observation in seen}
    canaries = tuple(
        (str(observation.facts.get("where", "clear")), str(observation.facts.get("form", "plain")))
        for observation in seen
        if observation.what == "canary_seen"
    )
    peer = _text(_first(seen, "*", "peer"))
    step = _first(seen, "*", "step")
    failed = next(
        (observation for observation in seen if observation.what in ("upstream_failed", "lab_fault")), None
    )
    return Connection(
        who=who,
        conn=conn,
        peer=peer,
        sni=_text(_first(seen, "*", "sni")),
        connect_host=_text(_first(seen, "*", "host")),
        step=step if isinstance(step, int) else None,
        kind=_text(_first(seen, "*", "kind")),
        label=_text(_first(seen, "*", "label")),
        hello="client_hello" in words,
        presented="presented" in words,
        dropped="dropped" in words and failed is None,
        faulted="fault" in words,
        early_data=any(
            observation.facts.get("early_data") is True
            for observation in seen
            if observation.what == "client_hello"
        ),
        handshake_done="handshake_done" in words,
        resumed="resumed" in words,
        carried="carried" in words,
        proxy_refused="proxy_refused" in words,
        answered="response" in words,
        in_clear="clear_answer" in words,
        server_showed=_first(seen, "relayed", "server_showed") is True,
        client_spoke=_number(_first(seen, "relayed", "client_spoke")),
        server_alert=_text(_first(seen, "relayed", "server_alert")),
        app_bytes=_app_bytes(seen, any(where == "tls" for where, _ in canaries)),
        canaries=canaries,
        alert_received=_alert(seen),
        ended=_text(_first(seen, "closed", "how")),
        upstream_of_mitm=who == "origin" and peer in upstream,
        relayed=who == "origin" and peer in relayed,
        lab_fault=None if failed is None else str(failed.facts.get("why", "no upstream")),
    )
