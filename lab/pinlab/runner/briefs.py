"""What each program of a case gets: the briefs of origin, interceptor and client, from a case and a world.

Pure: names become paths here and nowhere else; it starts nothing.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

from pinlab.catalogue.steps import PinSetFacts, Proxy
from pinlab.clients.api import Brief, Pinned
from pinlab.pki.pins import PinRef
from pinlab.pki.world import World
from pinlab.runner.cases import Case

LOOPBACK = "127.0.0.1"
SPOOFED = "127.0.0.2"
"""Where the attacker of a `spoof` scenario sits: another address, the same port."""
CONNECT = Proxy(kind="connect")
"""The proxy of a run by way of one, where the scenario does not care."""
PROXY_SCHEMES = {"connect": "http", "https": "https", "socks5": "socks5"}
STEP_EXTRAS = {"answer", "sni", "in_clear", "tickets", "early_data", "fault", "surgery"}
"""What a step of the queue says only where it is not as usual."""
TLS_RANGE = ("1.2", "1.3")
"""What clients may speak; the witnesses narrow it to the version of the case."""


def origin_brief(
    case: Case, world: World, canaries: Sequence[str], deadline_ms: int, listen: str = LOOPBACK
) -> dict[str, Any]:
    """For pinlab-origin, schema pinlab.origin/1. Behind an interceptor it stays on loopback."""
    queue = []
    for step in case.present:
        identity = world.identity(step.identity)
        entry = {"label": step.identity, "chain": str(identity.chain), "key": str(identity.key)}
        more = step.model_dump(mode="json", include=STEP_EXTRAS, exclude_defaults=True)
        queue.append({**entry, "until": step.until, "times": step.times, **more})
    return {
        "schema": "pinlab.origin/1",
        "listen": listening_at(LOOPBACK if case.script else listen, 0),
        "tls": {"min": case.tls, "max": case.tls},
        "alpn": ["http/1.1"],
        "canaries": list(canaries),
        "deadline_ms": deadline_ms,
        "queue": queue,
        **_ticket_key(case, canaries),
    }


def mitm_brief(
    case: Case,
    world: World,
    *,
    canaries: Sequence[str],
    deadline_ms: int,
    now: int,
    origin_port: int,
    listen: str = LOOPBACK,
    foreseen: Sequence[str] = (),
) -> dict[str, Any]:
    """For pinlab-mitm, schema pinlab.mitm/1. A spoofer takes the origin's port on another address.

    `foreseen`: what the origin is going to show; forged certificates for it are made before a client connects.
    """
    spoof = case.scenario.spoof and case.via != "proxy"
    proxy = case.scenario.proxy or CONNECT
    asked: dict[str, Any] = (
        {} if case.via != "proxy" or proxy.answer is None else {"proxy_answer": proxy.answer}
    )
    if case.via == "proxy" and proxy.identity:
        shown = world.identity(proxy.identity)
        asked["proxy_identity"] = {"chain": str(shown.chain), "key": str(shown.key)}
    return {
        "schema": "pinlab.mitm/1",
        "listen": listening_at(
            SPOOFED if spoof and listen == LOOPBACK else listen, origin_port if spoof else 0
        ),
        "proxy": proxy.kind if case.via == "proxy" else "none",
        **asked,
        "upstream": {"address": LOOPBACK, "port": origin_port},
        "tls": {"min": case.tls, "max": case.tls},
        "canaries": list(canaries),
        "deadline_ms": deadline_ms,
        "now": now,
        "cast": world.attackers_cast(),
        "script": case.script,
        **({"foreseen": list(foreseen)} if foreseen else {}),
        **_ticket_key(case, canaries),
        **_like_the_origin(case),
    }


def listening_at(address: str, port: int) -> dict[str, Any]:
    """Where a witness listens; beyond loopback only when the user asks for it by an option."""
    beyond = not ipaddress.ip_address(address).is_loopback
    return {"address": address, "port": port, **({"beyond_loopback": True} if beyond else {})}


def _ticket_key(case: Case, canaries: Sequence[str]) -> dict[str, str]:
    """The key that seals session tickets, where both witnesses hold it: 80 bytes, as OpenSSL wants them."""
    if not case.scenario.stolen_ticket_key:
        return {}
    return {"ticket_key": hashlib.shake_256(f"ticket key {canaries[0]}".encode()).hexdigest(80)}


def _like_the_origin(case: Case) -> dict[str, list[str]]:
    """Early data is bound to the application protocol (RFC 8446 4.2.10): a thief must choose the same."""
    return {"alpn": ["http/1.1"]} if case.scenario.stolen_ticket_key else {}


def client_brief(
    case: Case,
    world: World,
    *,
    ca_file: str,
    folder: str,
    canary: str,
    timeout_ms: int,
    met: tuple[str, int],
    origin_port: int,
    visit: int = 0,
    forgeries: Mapping[str, str] | None = None,
) -> Brief:
    """For the client, on `visit` from 0. `met` is the address and port of anyone who it meets first.

    `lies`: certificates that stand for a pin in the place of the genuine one (see fingerprints.py).
    """
    proxied = case.via == "proxy"
    pins = case.pins_at(visit)
    proxy = case.scenario.proxy or CONNECT
    return Brief(
        host=case.scenario.hosts[visit],
        port=origin_port if proxied else met[1],
        address=LOOPBACK if proxied else met[0],
        ca_file=ca_file,
        pinned=None if pins is None else tuple(pinned(world, pin, forgeries or {}) for pin in pins),
        canary=canary,
        tls=TLS_RANGE,
        timeout_ms=timeout_ms,
        proxy=f"{PROXY_SCHEMES[proxy.kind]}://{met[0]}:{met[1]}" if proxied else None,
        upgrade=case.scenario.upgrade,
        pin_set=pin_set_brief(case.scenario.pin_set),
        via=case.via,
        folder=folder,
        session=case.scenario.session,
        clock_s=case.scenario.asked(visit).later,
    )


def pin_set_brief(pin_set: PinSetFacts | None) -> dict[str, Any] | None:
    """What the client's brief says about the set: whole seconds from now, and words."""
    if pin_set is None:
        return None
    end = {} if pin_set.expires is None else {"expires_s": pin_set.expires, "on_expiry": pin_set.on_expiry}
    return {**end, "mode": pin_set.mode}


def pinned(world: World, pin: PinRef, forgeries: Mapping[str, str]) -> Pinned:
    """One entry of the pin set: a key or a CA by name in all its forms, or text as it is."""
    if not isinstance(pin, str):
        return Pinned(world.pin_text(pin))
    certified = pin in world.listing["identities"] or pin in world.listing["authorities"]
    key_file = str(world.spki_pem_file(pin)) if pin in world.listing["keys"] else None
    genuine = world.cert_sha256(pin) if certified else None
    return Pinned(world.pin(pin), key_file, forgeries.get(world.pin(pin), genuine))
