"""Statements as an ordinary catalogue: a cast of stand-ins, and a scenario for each statement. Pure.

What is made here is written down as TOML and loaded like every other catalogue, with all its checks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pinlab.catalogue.loader import WORLD_FILE
from pinlab.clients.api import is_address
from pinlab.core.toml import dump
from pinlab.pin_file_run.statements import Statement
from pinlab.pin_file_run.substitute_keys import ISSUER, SPARE, UNPINNED, StandIn
from pinlab.pins.decide import Outcome
from pinlab.pins.semantics import LIBRARIES

ABOUT = "What the pin file says, a connection for each statement."
FAMILY = "pinfile"
FLAW = "no_pin_check"
"""What every refusal here brings to light at least."""
Table = dict[str, Any]


def cast(stand_ins: Iterable[StandIn], statements: Sequence[Statement]) -> Table:
    """The world: one certificate for each chain, good for every host that it is shown for."""
    authorities: Table = {"root": {"common_name": "pinlab Root, do not trust"}}
    authorities[ISSUER] = {"common_name": "pinlab Issuing CA, do not trust", "issuer": "root"}
    made = list(stand_ins)
    for one in made:
        if one.as_ca:
            title = f"pinlab stand-in for {one.name}, do not trust"
            authorities[one.authority] = {"common_name": title, "issuer": "root", "key": one.name}
    identities: Table = {
        SPARE: {"names": [f"{SPARE}.test"], "issuer": ISSUER},
        **{one.name: _identity(one.name, ISSUER, (f"{SPARE}.test",)) for one in made if one.as_leaf},
    }
    for name, shown in _by_identity(statements).items():
        hosts = tuple(dict.fromkeys(one.host for one in shown))
        identities[name] = _identity(shown[0].leaf, shown[0].ca, hosts)
    keys: Table = {name: {} for name in (UNPINNED, SPARE, *(one.name for one in made))}
    return {"keys": keys, "authorities": authorities, "identities": identities}


def _by_identity(statements: Iterable[Statement]) -> Mapping[str, list[Statement]]:
    found: dict[str, list[Statement]] = {}
    for one in statements:
        found.setdefault(one.identity, []).append(one)
    return found


def _identity(leaf: str, issuer: str, hosts: Sequence[str]) -> Table:
    written: Table = {"key": leaf, "issuer": issuer}
    names = [host for host in hosts if not is_address(host)]
    addresses = [host for host in hosts if is_address(host)]
    return {**written, **({"names": names} if names else {}), **({"ips": addresses} if addresses else {})}


def scenarios(statements: Sequence[Statement], file: str) -> dict[str, Table]:
    """A table for each statement, by its name; a refusal names an accepted one of the same host."""
    names = _names(statements)
    accepted: dict[tuple[str, str], str] = {}
    for name, one in zip(names, statements, strict=True):
        if one.decision.outcome == Outcome.ACCEPTED:
            accepted.setdefault((one.host, one.dates), name)
    tables = zip(names, statements, strict=True)
    return {name: _scenario(one, file, accepted.get((one.host, one.dates))) for name, one in tables}


def _names(statements: Iterable[Statement]) -> list[str]:
    """Lower_snake, and each once: the host, what is shown, the side of the date."""
    taken: dict[str, int] = {}
    found = []
    for one in statements:
        words = [one.host, one.shown]
        words += [] if one.dates == "as_written" else ["date", one.dates]
        name = re.sub(r"[^a-z0-9]+", "_", "_".join(words).lower()).strip("_")
        taken[name] = taken.get(name, 0) + 1
        found.append(name if taken[name] == 1 else f"{name}_{taken[name]}")
    return found


def _scenario(one: Statement, file: str, control: str | None) -> Table:
    handed: Table = {"dates": one.dates, "repinned": dict(one.repinned), "only_by_file": one.only_by_file}
    table: Table = {
        "doc": _doc(one, file),
        "host": one.host,
        "trust": ["root"],
        "pins": list(one.pins) if one.pins else False,
        "present": [{"identity": one.identity}],
        "pin_file": handed,
        "expect": "HELD" if one.refused else "SERVED",
        **_pin_set(one),
    }
    if one.refused:
        rejected = "rejected" in one.about
        reasons = ["pin_rejected_key", "pin_mismatch"] if rejected else ["pin_mismatch", "pin_role_mismatch"]
        table |= {"why": one.decision.why, "reason": reasons[0], "also": reasons[1:], "caught_by": [FLAW]}
        table["control"] = f"{FAMILY}/{control}"
    return table


def _pin_set(one: Statement) -> Table:
    """What a client that is told its pins hears of the date and the mode, where they matter."""
    entry = one.entry
    told: Table = {}
    if entry and entry.expires and (one.dates != "as_written" or one.decision.outcome == Outcome.NOT_PINNED):
        open_ = LIBRARIES[entry.semantics].expiry_opens
        told = {
            "expires": "365d" if one.dates == "ahead" else "-2d",
            "on_expiry": "open" if open_ else "closed",
        }
    if entry and not entry.enforced:
        told["mode"] = "report"
    return {"pin_set": told} if told else {}


def _doc(one: Statement, file: str) -> str:
    moved = {
        "past": " The lab moved the date of the set to the day before yesterday.",
        "ahead": " The lab moved the date of the set a year ahead.",
    }
    entry = f"its entry for {one.entry.shown}" if one.entry else "it has no entry for this host"
    verb = "refuse" if one.refused else "accept"
    why = {
        Outcome.NOT_PINNED: f"NOT PROTECTED: {one.decision.why}",
        Outcome.REPORT_ONLY: f"NOT PROTECTED: {one.decision.why}",
    }.get(one.decision.outcome, one.decision.why)
    return (
        f"{one.host} shows {one.about}, and the client must {verb}. {file}, {entry}: {why}."
        f"{moved.get(one.dates, '')}"
    )


def write_catalogue(
    folder: Path, stand_ins: Collection[StandIn], statements: Sequence[Statement], name: str
) -> None:
    """Make `folder` a catalogue: the test PKI, and the statements of the pin file called `name` as one family."""
    folder.mkdir()
    (folder / WORLD_FILE).write_text(dump(cast(stand_ins, statements)), encoding="utf-8")
    family = {"about": ABOUT, **scenarios(statements, name)}
    (folder / f"{FAMILY}.toml").write_text(dump(family), encoding="utf-8")
