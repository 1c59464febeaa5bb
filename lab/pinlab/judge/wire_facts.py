"""What the wire says about one visit: who got bytes, whether the attack was shown, what the alerts name.

Facts only, read from the connections against the expectation; the verdict is the judge's. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pinlab.core.enums import Phase, Reason
from pinlab.evidence.connection import Connection, connections
from pinlab.evidence.model import ObservedVisit
from pinlab.judge.expectation import Expectation

# RFC 8446 6.2 names more alerts than these, but libraries send those for several causes alike.
ALERT_NAMES: dict[str, tuple[str, ...]] = {
    "certificate_expired": (Reason.CERT_EXPIRED, Reason.CERT_NOT_YET_VALID),
    "unknown_ca": (Reason.CHAIN_UNTRUSTED,),
}

_ADDRESS = re.compile(r"^(\d{1,3}(\.\d{1,3}){3}|\[?[0-9a-f:.]*:[0-9a-f:.]*\]?)$")


@dataclass(frozen=True)
class Testimony:
    """The connections of one visit, sorted by the server that they concern.

    `ours`: the client's own, for the scenario's host. `other`: the client's, for other hosts.
    `upstream`: the interceptor's own at the origin, never the client's.
    """

    expectation: Expectation
    ours: tuple[Connection, ...]
    other: tuple[Connection, ...]
    upstream: tuple[Connection, ...]

    @classmethod
    def of(cls, expectation: Expectation, visit: ObservedVisit) -> Testimony:
        seen = connections(visit)
        mine = [connection for connection in seen if connection.of_the_client]
        return cls(
            expectation,
            tuple(connection for connection in mine if is_for(connection, expectation.host)),
            tuple(connection for connection in mine if not is_for(connection, expectation.host)),
            tuple(connection for connection in seen if not connection.of_the_client),
        )

    def legit(self, connection: Connection) -> bool | None:
        return self.expectation.is_legit(connection.who, connection.step)

    @property
    def at_attacker(self) -> tuple[Connection, ...]:
        """Connections on which a party that should have been refused decrypted application bytes.

        Bytes for other hosts are no concern of ours, but the canary is: it is this visit's secret, whatever
        name the client asked for (domain fronting, a name that differs from the one it was given).
        """
        spoke = (
            *(our for our in self.ours if our.app_bytes),
            *(connection for connection in self.other if connection.canary_decrypted),
        )
        return tuple(connection for connection in spoke if self.legit(connection) is False)

    @property
    def reused(self) -> tuple[Connection, ...]:
        """Connections of an earlier visit on which this one spoke."""
        return tuple(our for our in self.ours if our.carried and our.app_bytes)

    @property
    def in_clear(self) -> tuple[Connection, ...]:
        """Connections, for any host, on which the canary could be read without a key."""
        return tuple(our for our in (*self.ours, *self.other) if our.canary_in_clear)

    @property
    def unplaced(self) -> tuple[Connection, ...]:
        """Connections with application bytes that no witness tied to a step."""
        return tuple(our for our in self.ours if our.app_bytes and self.legit(our) is None)

    @property
    def forgeries(self) -> tuple[Connection, ...]:
        """Connections on which the attack was in fact shown: presented, dropped, answered without TLS, refused.

        Where the outcome is due in phase "request", an honest server's answer is what must not be obeyed.
        """
        false = tuple(our for our in self.ours if our.was_shown and self.legit(our) is False)
        return false or tuple(our for our in self.ours if self.by_answer and (our.answered or our.faulted))

    @property
    def by_answer(self) -> bool:
        """The trial is an answer, and not what was presented."""
        return self.expectation.phase == Phase.REQUEST

    @property
    def wandered(self) -> bool:
        """The client made more connections than the one that was answered."""
        return len(self.ours) + len(self.other) > 1

    @property
    def broken_answers(self) -> tuple[Connection, ...]:
        """Connections on which a legitimate server's answer broke off, where that is the trial."""
        trial = self.expectation.phase == Phase.REQUEST
        return tuple(our for our in self.ours if trial and our.faulted and our.app_bytes)

    @property
    def unreached(self) -> bool:
        """Nothing was to be reached, and nothing was: a closed port leaves no witness. A proxy does."""
        behind_a_proxy = "proxy" in self.expectation.legit
        return self.expectation.phase == Phase.CONNECT and not self.ours and not behind_a_proxy

    @property
    def honest(self) -> tuple[Connection, ...]:
        """Connections on which something legitimate was presented."""
        blind = self.expectation.any_byte
        met = (our for our in self.ours if our.presented or our.resumed or (blind and our.server_showed))
        return tuple(connection for connection in met if self.legit(connection) is True)

    @property
    def served(self) -> tuple[Connection, ...]:
        """Connections at legitimate steps on which the canary was decrypted, by a way that is allowed."""
        return tuple(
            our
            for our in self.ours
            if self._arrived(our) and self.legit(our) is True and not self.is_detour(our)
        )

    def _arrived(self, connection: Connection) -> bool:
        return connection.canary_decrypted or (
            self.expectation.any_byte and bool(connection.app_bytes or connection.client_spoke)
        )

    @property
    def detours(self) -> tuple[Connection, ...]:
        """Connections with bytes that went around the interceptor although the scenario does not allow it."""
        return tuple(our for our in self.ours if our.app_bytes and self.is_detour(our))

    def is_detour(self, connection: Connection) -> bool:
        around = connection.who == "origin" and not connection.relayed
        return around and self.expectation.has_mitm and not self.expectation.direct

    @property
    def canary_at_attacker(self) -> bool:
        return bool(self.in_clear) or any(connection.canary_decrypted for connection in self.at_attacker)

    @property
    def app_bytes_at_attacker(self) -> int:
        return sum(connection.app_bytes for connection in self.at_attacker)

    @property
    def canary_at_origin(self) -> bool:
        """The origin decrypted the canary, by whatever way it came."""
        return any(our.who == "origin" and our.canary_decrypted for our in (*self.ours, *self.upstream))

    @property
    def late(self) -> bool:
        """The client finished a handshake with the attacker and only then kept silent."""
        return any(forged.handshake_done for forged in self.forgeries if self.legit(forged) is False)

    def named_by_alert(self) -> tuple[str, str] | None:
        """(alert, reason) where an alert about the attack names a right reason without ambiguity."""
        for forged in self.forgeries:
            named = ALERT_NAMES.get(forged.alert_received or "", ())
            right = next((reason for reason in self.expectation.reasons if reason in named), None)
            if forged.alert_received and right:
                return forged.alert_received, right
        return None


def is_for(connection: Connection, host: str) -> bool:
    """Whether a connection is for `host`: by SNI or CONNECT host, and where neither names a host, yes.

    Case and a final dot do not count, and an address in the place of a name names no one.
    """
    named = {name for name in (_host(connection.sni), _host(connection.connect_host)) if name}
    return not named or _host(host) in named or _host(host) is None


def _host(name: str | None) -> str | None:
    plain = (name or "").lower().rstrip(".")
    return None if not plain or _ADDRESS.match(plain) else plain


def describe(connection: Connection) -> str:
    """A connection in a few words, for a sentence."""
    what = connection.kind or connection.label
    return f"{connection.who} connection {connection.conn}" + (f" ({what})" if what else "")
