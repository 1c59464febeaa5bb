"""Why a good client refuses a kind of attack on the user's own server: data, one line for each kind.

The attacker holds no key of the real server and no CA of the client's but, at most, the lab's own. So every
forged chain is refused as untrusted, unless the client trusts that CA; then it is the pin that refuses.
"""

from __future__ import annotations

from collections.abc import Mapping

from pinlab.catalogue.steps import AttackStep
from pinlab.core.enums import Reason

LAB_CA = "rogue"
"""The CA that the user may install; all others are strangers to every client."""

OWN: Mapping[str, tuple[Reason, ...]] = {
    "expired_copy": (Reason.CERT_EXPIRED,),
    "not_yet_valid_copy": (Reason.CERT_NOT_YET_VALID,),
    "wrong_name": (Reason.NAME_MISMATCH,),
    "leaf_as_ca": (Reason.CHAIN_MALFORMED, Reason.CHAIN_UNTRUSTED),
    "stolen_chain": (Reason.HANDSHAKE_FAILED,),
    "smuggled_pin": (Reason.PIN_ONLY_IN_PRESENTED,),
    "fault": (Reason.TRANSPORT_FAILED, Reason.HANDSHAKE_FAILED),
    "surgery": (Reason.HANDSHAKE_FAILED, Reason.PROTOCOL_TOO_OLD, Reason.TRANSPORT_FAILED),
    "close": (Reason.TRANSPORT_FAILED, Reason.HANDSHAKE_FAILED),
    "reset": (Reason.TRANSPORT_FAILED, Reason.HANDSHAKE_FAILED),
    "plain_http": (Reason.NOT_TLS, Reason.HANDSHAKE_FAILED, Reason.TRANSPORT_FAILED),
    "sslstrip": (Reason.NOT_TLS, Reason.HANDSHAKE_FAILED, Reason.TRANSPORT_FAILED),
}
"""What is wrong with a kind besides its issuer, in the order in which it is expected."""
NO_FORGERY = frozenset({"close", "reset", "plain_http", "sslstrip", "stolen_chain"})
"""Kinds that show no forged certificate: the issuer plays no part."""
PIN = (Reason.PIN_MISMATCH, Reason.PIN_ONLY_IN_PRESENTED)
UNTRUSTED = (Reason.CHAIN_UNTRUSTED, *PIN)
IMPOSSIBLE = {"resume_stolen": "it needs the key that seals the server's session tickets"}
"""Kinds that cannot be played in front of a server that is not the lab's own."""


def reasons(step: AttackStep, authority: str | None, ca_trusted: bool) -> tuple[Reason, ...]:
    """The reasons that are right for a step, the expected one first; `authority` signs its certificate."""
    own = OWN.get(step.kind, ())
    if step.kind in NO_FORGERY:
        return own
    known = ca_trusted and authority == LAB_CA
    every = (*own, *PIN) if known else (*UNTRUSTED, *own)
    return tuple(dict.fromkeys(every))
