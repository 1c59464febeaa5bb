"""What there is: scenarios, attacks, flaws, clients, the state of the machine, as text for people or JSON.

It runs no scenario and judges nothing.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import textwrap
from collections.abc import Sequence
from typing import Any

from pinlab.catalogue.loader import load_catalogue
from pinlab.catalogue.registry import KindInfo, known_flaws, known_kinds
from pinlab.catalogue.rfc_choices import VIAS, offers
from pinlab.catalogue.scenario import Scenario
from pinlab.catalogue.suites import members, suites_of
from pinlab.core.enums import Suite
from pinlab.core.errors import UsageError, did_you_mean
from pinlab.processes.binaries import ToolError, program
from pinlab.reports.scenario_entry import entry

PROGRAMS = ("pinlab-mint", "pinlab-origin", "pinlab-mitm", "pinlab-client", "pinlab-flawed")
WIDTH = 100


def scenarios(patterns: Sequence[str], suite: str | None, as_json: bool) -> str:
    """The scenarios of a suite that match, all if nothing is asked.

    FileError: a pattern matches nothing. UsageError: there is no such suite.
    """
    if suite is not None and suite not in tuple(Suite):
        raise UsageError(f"--suite is {', '.join(Suite)}, not {suite!r}{did_you_mean(suite, Suite)}")
    chosen = members(load_catalogue().select(patterns), suite or Suite.FULL)
    if as_json:
        return _json([scenario_facts(scenario) for scenario in chosen])
    rows = [("scenario", "pinned", "unpinned", "reason", "TLS", "summary")]
    rows += [
        (
            scenario.id,
            scenario.expect,
            scenario.without_pins,
            scenario.reason or "",
            "+".join(scenario.tls),
            scenario.summary,
        )
        for scenario in chosen
    ]
    return (
        _columns(rows) + f"\n\n{len(chosen)} scenarios, {sum(len(scenario.tls) for scenario in chosen)} cases"
    )


def choices(as_json: bool) -> str:
    """What a user may choose with --set, the default, why it is the default, and which verdicts it turns."""
    offered = list(offers(load_catalogue()))
    if as_json:
        keys = ("name", "default", "why", "scenarios")
        return _json([dict(zip(keys, pair, strict=True)) for pair in offered])
    return "\n".join(
        f"--set {name}={'|'.join(VIAS)}   [{default}]\n  {why}\n  turns {', '.join(turned)}"
        for name, default, why, turned in offered
    )


def scenario_facts(scenario: Scenario) -> dict[str, Any]:
    """One entry of `pinlab list --json`."""
    return {
        "id": scenario.id,
        "summary": scenario.summary,
        "family": scenario.family,
        "expected": str(scenario.expect),
        "unpinned": scenario.without_pins,
        "choice": scenario.choice.name if scenario.choice else None,
        "suites": [str(suite) for suite in suites_of(scenario)],
        "reason": scenario.reason,
        "control": scenario.control,
        "flaws_caught": list(scenario.caught_by),
        "refs": list(scenario.refs),
        "tls": list(scenario.tls),
    }


def explanation(identifier: str) -> str:
    """All that the catalogue says about one scenario: its entry of lab/docs/catalogue.md, for a terminal.

    FileError: there is none of that name.
    """
    catalogue = load_catalogue()
    scenario = catalogue.scenario(identifier)
    lines: list[str] = []
    drawn = False
    for line in entry(scenario, catalogue, known_kinds()).splitlines():
        if line.startswith("```"):
            drawn = not drawn
        else:
            lines.append(line if drawn else _plain(line))
    lines += [
        f"Written in: lab/catalogue/{scenario.file} [{scenario.name}]",
        "",
        _plain(catalogue.families[scenario.family]),
    ]
    return "\n".join(lines)


def _plain(line: str) -> str:
    """A line of Markdown for a terminal."""
    text = re.sub(r"[`*]{2}|`|^### ", "", line)
    return textwrap.fill(text, WIDTH, subsequent_indent="  " if text.startswith("- ") else "")


def coverage(as_json: bool) -> str:
    """The list of known cases and how many of them have a scenario."""
    from pinlab.catalogue import coverage as counted

    cases = counted.coverage(load_catalogue().scenarios.values())
    return _json(counted.document(cases)) if as_json else counted.text(cases)


def attacks(as_json: bool) -> str:
    """The kinds of attack. ToolError: pinlab-mitm is not built."""
    kinds = known_kinds()
    if as_json:
        return _json([kind.model_dump(mode="json") for kind in kinds.values()])
    return "\n".join(_kind(kind) for kind in kinds.values())


def _kind(kind: KindInfo) -> str:
    lines = [f"{kind.name:<20}{kind.summary}"]
    lines += [f"{'':<20}  {p.name} = {json.dumps(p.default)}  {p.doc}".rstrip() for p in kind.params]
    return "\n".join(lines)


def flaws(as_json: bool) -> str:
    """The flaws, each with the scenarios that catch it. ToolError: pinlab-flawed is not built."""
    known, every = known_flaws(), load_catalogue().scenarios.values()
    caught = {name: [scenario.id for scenario in every if name in scenario.caught_by] for name in known}
    if as_json:
        return _json(
            [flaw.model_dump(mode="json") | {"caught_by": caught[name]} for name, flaw in known.items()]
        )
    return _columns([(name, f"{len(caught[name])} scenarios", flaw.summary) for name, flaw in known.items()])


def doctor() -> tuple[str, bool]:
    """What is there and what is missing, and whether the lab can run."""
    from pinlab.clients.hosts_file import available

    rows = [(name, *_program(name)) for name in PROGRAMS]
    good = all(state == "ok" for _, state, _ in rows)
    isolation = available()
    rows.append(
        ("--via hosts", "ok" if isolation else "no", isolation or "no mount namespace: --via address works")
    )
    for name in ("openssl", "curl"):
        found = shutil.which(name)
        rows.append((name, "ok" if found else "no", found or f"not installed: no --client for {name}"))
    rows.append(("cores", "ok", str(len(os.sched_getaffinity(0)))))
    return _columns(rows), good


def _program(name: str) -> tuple[str, str]:
    try:
        return "ok", str(program(name))
    except ToolError as error:
        return "missing", str(error)


def _columns(rows: Sequence[Sequence[str]]) -> str:
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(len(rows[0]))] if rows else []
    return "\n".join(
        "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _json(value: Any) -> str:
    return json.dumps(value, indent=2)
