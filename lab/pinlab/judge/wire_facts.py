"""What the wire says about one visit: who got bytes, whether the lie was shown, what the alerts name.

Facts only, read from the connections against the expectation; the verdict is the judge's. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pinlab.core.enums import Phase, Reason
from pinlab.evidence.connection import Connection, connections
from pinlab.evidence.model import Visit
from pinlab.judge.expectation import Expectation

# RFC 8446 6.2 names more alerts than these, but libraries send those for several causes alike.
ALERT_NAMES: dict[str, tuple[str, ...]] = {
    "certificate_expired": (Reason.CERT_EXPIRED, Reason.CERT_NOT_YET_VALID),
    "unknown_ca": (Reason.CHAIN_UNTRUSTED,),
}

_ADDRESS = re.compile(r"^(\d{1,3}(\.\d{1,3}){3}|\[?[0-9a-f:.]*:[0-9a-f:.]*\]?)$")


@dataclass(frozen=True)
class Testimony:
    """The connections of one visit, sorted by whom they concern.

    `ours`: the client's own, for the scenario's host. `other`: the client's, for other hosts.
    `upstream`: the interceptor's own at the origin, never the client's.
    """

    expectation: Expectation
    ours: tuple[Connection, ...]
    other: tuple[Connection, ...]
    upstream: tuple[Connection, ...]

    @classmethod
    def of(cls, expectation: Expectation, visit: Visit) -> Testimony:
        seen = connections(visit)
        mine = [one for one in seen if one.of_the_client]
        return cls(
            expectation,
            tuple(one for one in mine if is_for(one, expectation.host)),
            tuple(one for one in mine if not is_for(one, expectation.host)),
            tuple(one for one in seen if not one.of_the_client),
        )

    def legit(self, one: Connection) -> bool | None:
        return self.expectation.is_legit(one.who, one.step)

    @property
    def at_attacker(self) -> tuple[Connection, ...]:
        """Connections on which a party that should have been refused decrypted application bytes.

        Bytes for other hosts are no concern of ours, but the canary is: it is this visit's secret, whatever
        name the client asked for (domain fronting, a name that differs from the one it was given).
        """
        spoke = (
            *(one for one in self.ours if one.app_bytes),
            *(one for one in self.other if one.canary_decrypted),
        )
        return tuple(one for one in spoke if self.legit(one) is False)

    @property
    def reused(self) -> tuple[Connection, ...]:
        """Connections of an earlier visit on which this one spoke."""
        return tuple(one for one in self.ours if one.carried and one.app_bytes)

    @property
    def in_clear(self) -> tuple[Connection, ...]:
        """Connections, for any host, on which the canary could be read without a key."""
        return tuple(one for one in (*self.ours, *self.other) if one.canary_in_clear)

    @property
    def unplaced(self) -> tuple[Connection, ...]:
        """Connections with application bytes that no witness tied to a step."""
        return tuple(one for one in self.ours if one.app_bytes and self.legit(one) is None)

    @property
    def lies(self) -> tuple[Connection, ...]:
        """Connections on which the lie was in fact shown: presented, dropped, answered without TLS, refused.

        Where the outcome is due in phase "request", an honest server's answer is what must not be obeyed.
        """
        false = tuple(one for one in self.ours if one.was_shown and self.legit(one) is False)
        return false or tuple(one for one in self.ours if self.by_answer and (one.answered or one.faulted))

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
        return tuple(one for one in self.ours if trial and one.faulted and one.app_bytes)

    @property
    def unreached(self) -> bool:
        """Nothing was to be reached, and nothing was: a closed port leaves no witness. A proxy does."""
        behind_a_proxy = "proxy" in self.expectation.legit
        return self.expectation.phase == Phase.CONNECT and not self.ours and not behind_a_proxy

    @property
    def honest(self) -> tuple[Connection, ...]:
        """Connections on which something legitimate was presented."""
        blind = self.expectation.any_byte
        met = (one for one in self.ours if one.presented or one.resumed or (blind and one.server_showed))
        return tuple(one for one in met if self.legit(one) is True)

    @property
    def served(self) -> tuple[Connection, ...]:
        """Connections at legitimate steps on which the canary was decrypted, by a way that is allowed."""
        return tuple(
            one
            for one in self.ours
            if self._arrived(one) and self.legit(one) is True and not self.is_detour(one)
        )

    def _arrived(self, one: Connection) -> bool:
        return one.canary_decrypted or (self.expectation.any_byte and bool(one.app_bytes or one.client_spoke))

    @property
    def detours(self) -> tuple[Connection, ...]:
        """Connections with bytes that went around the interceptor although the scenario does not allow it."""
        return tuple(one for one in self.ours if one.app_bytes and self.is_detour(one))

    def is_detour(self, one: Connection) -> bool:
        around = one.who == "origin" and not one.relayed
        return around and self.expectation.has_mitm and not self.expectation.direct

    @property
    def canary_at_attacker(self) -> bool:
        return bool(self.in_clear) or any(one.canary_decrypted for one in self.at_attacker)

    @property
    def app_bytes_at_attacker(self) -> int:
        return sum(one.app_bytes for one in self.at_attacker)

    @property
    def canary_at_origin(self) -> bool:
        """The origin decrypted the canary, by whatever way it came."""
        return any(one.who == "origin" and one.canary_decrypted for one in (*self.ours, *self.upstream))

    @property
    def late(self) -> bool:
        """The client finished a handshake with the lie and only then kept silent."""
        return any(one.handshake_done for one in self.lies if self.legit(one) is False)

    def named_by_alert(self) -> tuple[str, str] | None:
        """(alert, reason) where an alert about the lie names a right reason without ambiguity."""
        for one in self.lies:
            named = ALERT_NAMES.get(one.alert_received or "", ())
            right = next((reason for reason in self.expectation.reasons if reason in named), None)
            if one.alert_received and right:
                return one.alert_received, right
        return None


def is_for(one: Connection, host: str) -> bool:
    """Whether a connection is for `host`: by SNI or CONNECT host, and where neither names a host, yes.

    Case and a final dot do not count, and an address in the place of a name names no one.
    """
    named = {name for name in (_host(one.sni), _host(one.connect_host)) if name}
    return not named or _host(host) in named or _host(host) is None


def _host(name: str | None) -> str | None:
    plain = (name or "").lower().rstrip(".")
    return None if not plain or _ADDRESS.match(plain) else plain


def describe(one: Connection) -> str:
    """A connection in a few words, for a sentence."""
    what = one.kind or one.label
    return f"{one.who} connection {one.conn}" + (f" ({what})" if what else "")
