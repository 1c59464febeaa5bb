"""The long queue of `ci/soak many`: twenty thousand clients in a row, each of which is served.

First at the origin, then at the interceptor, who lies to each of them and asks the origin anew. Neither may
hold more descriptors at the end than at a tenth of the way, nor more memory than an allocator may keep, and
both must testify to all of it. The load is bare OpenSSL (ci/measure/load.cpp) and believes everything.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from pinlab.devtools.soak.attacked_client import (
    CANARY,
    DEADLINE_S,
    HOST,
    MAY_GROW_KIB,
    WitnessProcess,
    briefs,
    in_a_world,
    server,
)
from pinlab.pki.world import World
from pinlab.processes.binaries import program

CONNECTIONS = 20_000
PATIENT_MS = 60_000
"""For each wait of a connection, on a machine that has others to serve."""


def visit(to: WitnessProcess, connections: int) -> str:
    """Make so many connections, each with one request; what the load has to say where one failed."""
    words = ["--port", str(to.port), "--connections", str(connections), "--sni", HOST]
    words += ["--path", f"/pinlab/{CANARY}"]
    done = subprocess.run(
        [program("pinlab-load"), *words], capture_output=True, text=True, timeout=DEADLINE_S, check=False
    )
    return (done.stderr + done.stdout).strip() if done.returncode else ""


def soak(name: str, who: WitnessProcess, connections: int, say: Callable[[str], None]) -> list[str]:
    """All of them at one witness; what was wrong."""
    began, some = time.monotonic(), connections // 10
    faults = [visit(who, some)]
    who.settle()
    first = who.descriptors(), who.rss_kib()
    faults.append(visit(who, connections - some))
    who.settle()
    last = who.descriptors(), who.rss_kib()
    say(
        f"{name}: {connections} connections in {time.monotonic() - began:.0f} s; descriptors {first[0]}, then"
        f" {last[0]}; RSS {first[1]} KiB, then {last[1]}"
    )
    seen = {what: who.witnessed[what] for what in ("accepted", "request", "closed")}
    faults += [
        f"{count} times {what} of {connections}" for what, count in seen.items() if count != connections
    ]
    faults += [f"{last[0] - first[0]} descriptors more"] if last[0] > first[0] else []
    faults += [f"it grew by {last[1] - first[1]} KiB"] if last[1] - first[1] > MAY_GROW_KIB else []
    return [f"{name}: {fault}" for fault in faults if fault]


def serve_all(world: World, connections: int, say: Callable[[str], None]) -> list[str]:
    """Both witnesses; what was wrong."""
    origin_brief, mitm_brief = briefs(world)
    patience = {"deadline_ms": PATIENT_MS}
    with ExitStack() as stack:
        origin = stack.enter_context(server("pinlab-origin", origin_brief | patience))
        mitm = stack.enter_context(server("pinlab-mitm", mitm_brief(origin.port) | patience))
        faults = soak("origin", origin, connections, say)
        faults += soak("mitm", mitm, connections, say)
    faults += [f"{who.witnessed['sealed']} seals" for who in (mitm, origin) if who.witnessed["sealed"] != 1]
    return faults


def main(arguments: Sequence[str]) -> int:
    """0: as it should be; 1: not, and why."""
    return in_a_world(int(arguments[0]) if arguments else CONNECTIONS, serve_all)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
