"""Statements as an ordinary catalogue: a cast of substitute keys, and a scenario for each statement. Pure.

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
from pinlab.pin_file_run.substitute_keys import ISSUER, SPARE, UNPINNED, SubstituteKey
from pinlab.pins.decide import PinOutcome
from pinlab.pins.semantics import LIBRARIES

ABOUT = "What the pin file says, a connection for each statement."
FAMILY = "pinfile"
FLAW = "no_pin_check"
"""What every refusal here brings to light at least."""
Table = dict[str, Any]


def cast(substitutes: Iterable[SubstituteKey], statements: Sequence[Statement]) -> Table:
    """The world: one certificate for each chain, good for every host that it is shown for."""
    authorities: Table = {"root": {"common_name": "pinlab Root, do not trust"}}
    authorities[ISSUER] = {"common_name": "pinlab Issuing CA, do not trust", "issuer": "root"}
    made = list(substitutes)
    for substitute in made:
        if substitute.as_ca:
            title = f"pinlab substitute for {substitute.name}, do not trust"
            authorities[substitute.authority] = {
                "common_name": title,
                "issuer": "root",
                "key": substitute.name,
            }
    identities: Table = {
        SPARE: {"names": [f"{SPARE}.test"], "issuer": ISSUER},
        **{
            substitute.name: _identity(substitute.name, ISSUER, (f"{SPARE}.test",))
            for substitute in made
            if substitute.as_leaf
        },
    }
    for name, shown in _by_identity(statements).items():
        hosts = tuple(dict.fromkeys(statement.host for statement in shown))
        identities[name] = _identity(shown[0].leaf, shown[0].ca, hosts)
    keys: Table = {name: {} for name in (UNPINNED, SPARE, *(substitute.name for substitute in made))}
    return {"keys": keys, "authorities": authorities, "identities": identities}


def _by_identity(statements: Iterable[Statement]) -> Mapping[str, list[Statement]]:
    found: dict[str, list[Statement]] = {}
    for statement in statements:
        found.setdefault(statement.identity, []).append(statement)
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
    for name, statement in zip(names, statements, strict=True):
        if statement.decision.outcome == PinOutcome.ACCEPTED:
            accepted.setdefault((statement.host, statement.dates), name)
    tables = zip(names, statements, strict=True)
    return {
        name: _scenario(statement, file, accepted.get((statement.host, statement.dates)))
        for name, statement in tables
    }


def _names(statements: Iterable[Statement]) -> list[str]:
    """Lower_snake, and each once: the host, what is shown, the side of the date."""
    taken: dict[str, int] = {}
    found = []
    for statement in statements:
        words = [statement.host, statement.shown]
        words += [] if statement.dates == "as_written" else ["date", statement.dates]
        name = re.sub(r"[^a-z0-9]+", "_", "_".join(words).lower()).strip("_")
        taken[name] = taken.get(name, 0) + 1
        found.append(name if taken[name] == 1 else f"{name}_{taken[name]}")
    return found


def _scenario(statement: Statement, file: str, control: str | None) -> Table:
    handed: Table = {
        "dates": statement.dates,
        "repinned": dict(statement.repinned),
        "only_by_file": statement.only_by_file,
    }
    table: Table = {
        "doc": _doc(statement, file),
        "host": statement.host,
        "trust": ["root"],
        "pins": list(statement.pins) if statement.pins else False,
        "present": [{"identity": statement.identity}],
        "pin_file": handed,
        "expect": "HELD" if statement.refused else "SERVED",
        **_pin_set(statement),
    }
    if statement.refused:
        rejected = "rejected" in statement.about
        reasons = ["pin_rejected_key", "pin_mismatch"] if rejected else ["pin_mismatch", "pin_role_mismatch"]
        table |= {
            "why": statement.decision.why,
            "reason": reasons[0],
            "also": reasons[1:],
            "caught_by": [FLAW],
        }
        table["control"] = f"{FAMILY}/{control}"
    return table


def _pin_set(statement: Statement) -> Table:
    """What a client that gets its pins from the lab knows of the date and the mode, where they matter."""
    entry = statement.entry
    facts: Table = {}
    if (
        entry
        and entry.expires
        and (statement.dates != "as_written" or statement.decision.outcome == PinOutcome.NOT_PINNED)
    ):
        open_ = LIBRARIES[entry.semantics].expiry_opens
        facts = {
            "expires": "365d" if statement.dates == "ahead" else "-2d",
            "on_expiry": "open" if open_ else "closed",
        }
    if entry and not entry.enforced:
        facts["mode"] = "report"
    return {"pin_set": facts} if facts else {}


def _doc(statement: Statement, file: str) -> str:
    moved = {
        "past": " The lab moved the date of the set to the day before yesterday.",
        "ahead": " The lab moved the date of the set a year ahead.",
    }
    entry = f"its entry for {statement.entry.shown}" if statement.entry else "it has no entry for this host"
    verb = "refuse" if statement.refused else "accept"
    why = {
        PinOutcome.NOT_PINNED: f"NOT PROTECTED: {statement.decision.why}",
        PinOutcome.REPORT_ONLY: f"NOT PROTECTED: {statement.decision.why}",
    }.get(statement.decision.outcome, statement.decision.why)
    return (
        f"{statement.host} shows {statement.about}, and the client must {verb}. {file}, {entry}: {why}."
        f"{moved.get(statement.dates, '')}"
    )


def write_catalogue(
    folder: Path, substitutes: Collection[SubstituteKey], statements: Sequence[Statement], name: str
) -> None:
    """Make `folder` a catalogue: the test PKI, and the statements of the pin file called `name` as one family."""
    folder.mkdir()
    (folder / WORLD_FILE).write_text(dump(cast(substitutes, statements)), encoding="utf-8")
    family = {"about": ABOUT, **scenarios(statements, name)}
    (folder / f"{FAMILY}.toml").write_text(dump(family), encoding="utf-8")
