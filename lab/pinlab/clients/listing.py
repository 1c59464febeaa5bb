"""`pinlab clients`: every client that has an adapter, its version if it is here, and else how to get it.

It installs nothing; client_install.py does.
"""

from __future__ import annotations

import json
from typing import Any

from pinlab.clients import registry
from pinlab.clients.api import Adapter, AdapterError
from pinlab.processes.binaries import ToolError


def clients(as_json: bool) -> str:
    """The list as text or JSON."""
    rows = [facts(name) for name in registry.names()]
    if as_json:
        return json.dumps(rows, indent=2)
    lines: list[tuple[str, ...]] = [("client", "version", "from", "ways", "pins", "")]
    lines += [_line(row) for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    padded = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
    return "\n".join("  ".join(cells).rstrip() for cells in padded)


def facts(name: str) -> dict[str, Any]:
    """One entry of `pinlab clients --json`. flawed:NAME stands for many."""
    found = registry.find("flawed:none" if name.startswith("flawed:") else name)
    assert found is not None
    version = version_of(found)
    return {
        "name": name,
        "version": version,
        "installed": version is not None,
        "install": found.install if version is None else None,
        "ecosystem": found.ecosystem,
        "known_bad": found.known_bad,
        "ways": list(found.vias),
        "pins": found.pins,
        "supports": supports(found),
    }


def version_of(adapter: Adapter) -> str | None:
    """What it says about itself; None: it is not installed."""
    try:
        return adapter.version()
    except (AdapterError, ToolError):
        return None


def supports(adapter: Adapter) -> list[str]:
    """What of the catalogue it can take part in at all, by the words of PROTOCOL.md."""
    known = {
        "pins": adapter.pins != "none",
        "ca_pins": adapter.pins != "none" and "ca_pins" not in adapter.lacks,
        "backup_pins": adapter.pins != "none" and "backup_pins" not in adapter.lacks,
        "sessions": adapter.sessions,
        "proxy": "proxy" in adapter.vias,
    }
    return [word for word, has in known.items() if has]


def _line(row: dict[str, Any]) -> tuple[str, ...]:
    bad = row["known_bad"]
    text = f"known bad: {bad['id']}" if bad else ""
    version = row["version"] or f"not installed: {row['install'] or 'build it'}"
    return (row["name"], version, row["ecosystem"], ", ".join(row["ways"]), row["pins"], text)
