"""The lab's own two witnesses, started with a brief as anybody can; their journal goes to /dev/null."""

from __future__ import annotations

import json
import time
from typing import Any

from pinlab.devtools.benchmarks.peers.peer import PeerSetup, PeerStart
from pinlab.processes.binaries import program

PATIENCE_MS = 120_000
"""An idle connection of a measurement is no accident."""


class OurOrigin:
    """pinlab-origin, showing one identity for ever."""

    name, kind, program, bulk, asks = "pinlab-origin", "server", "pinlab-origin", False, False

    def start(self, stage: PeerSetup, port: int) -> PeerStart:
        """Give its command and brief."""
        return _start(
            "pinlab-origin",
            port,
            {
                "schema": "pinlab.origin/1",
                "queue": [{"label": "active", "chain": str(stage.chain), "key": str(stage.key)}],
            },
        )


class OurInterceptor:
    """pinlab-mitm, relaying with a leaf that it forges for each name from the chain that the server shows."""

    name, kind, program, bulk, asks = "pinlab-mitm", "interceptor", "pinlab-mitm", True, True
    script = '[{"kind": "rogue_ca"}]'

    def start(self, stage: PeerSetup, port: int) -> PeerStart:
        """Give its command and brief."""
        rogue = {"certificate": str(stage.authority), "key": str(stage.authority_key), "chain": []}
        return _start(
            "pinlab-mitm",
            port,
            {
                "schema": "pinlab.mitm/1",
                "now": int(time.time()),
                "upstream": {"address": "127.0.0.1", "port": stage.upstream},
                "cast": {"authorities": {"rogue": rogue}, "keys": {"attacker": str(stage.key)}},
                "remember_upstream": True,  # as its peers do: they cache leaves and keep connections
                "script": json.loads(self.script),
            },
        )


def _start(name: str, port: int, brief: dict[str, Any]) -> PeerStart:
    brief |= {
        "listen": {"address": "127.0.0.1", "port": port},
        "tls": {"min": "1.3", "max": "1.3"},
        "deadline_ms": PATIENCE_MS,
    }
    return PeerStart([str(program(name))], json.dumps(brief) + "\n")
