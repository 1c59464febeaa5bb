"""Draws the chains that a scenario shows, from root to leaf: what is trusted, pinned and forged.

Pure: scenario, cast and kinds of attack in, lines of text out. It draws what is written and verifies nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pinlab.catalogue.registry import KindInfo
from pinlab.catalogue.scenario import Scenario
from pinlab.catalogue.steps import DEFAULT_ATTACK_KEY, HONEST_KIND, AttackStep, PresentStep
from pinlab.core.durations import format_duration
from pinlab.pki.cast import Cast, CertificateEntry

PINNED, TRUSTED, ATTACK = "● pinned", "trusted", "✗"
ORDINARY = {"key", "issuer", "common_name", "names", "chain"}
"""Fields that say who someone is; every other one bends the certificate and is drawn."""
SIGNERS = ("authority", "identity")
"""Parameters of a kind that name who signs its copy."""


def draw(scenario: Scenario, cast: Cast, kinds: Mapping[str, KindInfo]) -> list[str]:
    """Give the lines: a tree for each thing that is shown, the server first where an attack copies it."""
    lines: list[str] = []
    steps = zip(scenario.present, scenario.steps_legit("origin"), strict=True)
    for step, legit in steps:
        forged = scenario.must_refuse and not scenario.has_mitm and not legit
        lines += [_title("the server", step), *_identity(step.identity, scenario, cast, forged=forged)]
    for attack in scenario.attack:
        lines += list(_attack(attack, scenario, cast, kinds))
    return lines


def _title(who: str, step: PresentStep | AttackStep) -> str:
    often = f", {step.times} times" if step.times > 1 else ""
    until = " until the exchange is over" if step.until == "exchange" else ""
    return f"{who} shows{often}{until}:" if until or often else f"{who} shows:"


def _identity(name: str, scenario: Scenario, cast: Cast, *, forged: bool) -> Iterator[str]:
    """One identity under its issuers, and what is sent beside them."""
    if name in cast.own_identities:
        yield f"  {name}  (your own certificate)"
        return
    path = _path(name, cast)
    leaf = cast.identities[name]
    sent = leaf.chain
    for depth, member in enumerate(path):
        remarks = _remarks(member, scenario, cast)
        if sent is not None and 0 < depth < len(path) - 1 and member not in sent:
            remarks.append("not sent")
        if forged and depth == len(path) - 1:
            remarks.append(ATTACK)
        yield _line(depth, _label(member, cast), remarks)
    extra = [name for name in sent or () if name != "self" and name not in path]
    if extra:
        pinned = [f"{name} {PINNED}" if _is_pinned(name, scenario, cast) else name for name in extra]
        yield f"  sent along: {', '.join(pinned)}"


def _attack(step: AttackStep, scenario: Scenario, cast: Cast, kinds: Mapping[str, KindInfo]) -> Iterator[str]:
    """One step of the interceptor: a copy under anyone who signs it, or the kind's own words."""
    if step.kind == HONEST_KIND:
        yield "the interceptor relays"
        return
    kind = kinds.get(step.kind)
    defaults = {param.name: param.default for param in kind.params} if kind else {}
    params: dict[str, Any] = {**defaults, **step.params}
    mark = [ATTACK] if not step.is_legit else []
    yield f"{_title('the interceptor', step)[:-1]} ({step.kind}: {kind.summary if kind else 'an attack'}):"
    if "key" not in params:
        return
    signer = next((params[name] for name in SIGNERS if params.get(name)), None)
    above = _path(str(signer), cast) if signer is not None and _known(str(signer), cast) else []
    for depth, member in enumerate(above):
        yield _line(depth, _label(member, cast), _remarks(member, scenario, cast))
    key = str(params.get("key") or DEFAULT_ATTACK_KEY)
    remarks = [f"key {key}", *([PINNED] if key in (scenario.pins or ()) else []), *mark]
    yield _line(len(above), str(params.get("name") or scenario.host), remarks)


def _known(name: str, cast: Cast) -> bool:
    return name in cast.authorities or name in cast.identities


def _path(name: str, cast: Cast) -> list[str]:
    """Give the names from the root down to `name`; a ring of issuers is walked once."""
    path: list[str] = []
    current: str | None = name
    while current is not None and current not in path:
        path.append(current)
        current = _issuer(current, cast)
    return path[::-1]


def _entry(name: str, cast: Cast) -> CertificateEntry:
    return cast.identities.get(name) or cast.authorities.get(name) or CertificateEntry()


def _issuer(name: str, cast: Cast) -> str | None:
    issuer = _entry(name, cast).issuer
    if name in cast.identities:
        return None if issuer == "self" else issuer or "issuing"
    return None if issuer in (None, "self") else issuer


def _label(name: str, cast: Cast) -> str:
    entry = _entry(name, cast)
    names = entry.names or entry.ips or entry.uris or ()
    more = f" and {len(names) - 2} more" if len(names) > 3 else ""
    shown = (
        ", ".join(names[: 2 if more else 3]) + more if name in cast.identities else entry.common_name or name
    )
    return (shown or entry.common_name or name).encode("unicode_escape").decode("ascii")


def _remarks(name: str, scenario: Scenario, cast: Cast) -> list[str]:
    """Who a certificate is, and everything about it that is out of the ordinary."""
    entry = _entry(name, cast)
    who = f"key {entry.key or name}" if name in cast.identities else name
    remarks = [who]
    remarks += [TRUSTED] if name in scenario.trust else []
    remarks += [PINNED] if _is_pinned(name, scenario, cast) else []
    bends = [field for field in type(entry).model_fields if field in entry.model_fields_set - ORDINARY]
    return remarks + [f"{field} {_value(field, getattr(entry, field))}" for field in bends]


def _is_pinned(name: str, scenario: Scenario, cast: Cast) -> bool:
    pins = [pin for pin in scenario.pins or () if isinstance(pin, str)]
    return name in pins or (_known(name, cast) and cast.key_of(name) in pins)


def _value(field: str, value: Any) -> str:
    if field in ("not_before", "not_after"):
        return format_duration(value)
    if isinstance(value, tuple):
        words = [str(getattr(entry, "oid", entry)) for entry in value]
        return ", ".join(words[:3]) + (f" and {len(words) - 3} more" if len(words) > 3 else "")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _line(depth: int, label: str, remarks: list[str]) -> str:
    branch = "" if depth == 0 else "   " * (depth - 1) + "└─ "
    return f"  {branch}{label}   ({'; '.join(remarks)})"
