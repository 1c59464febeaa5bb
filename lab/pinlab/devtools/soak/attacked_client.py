"""The long run of `ci/soak attacked`: thousands of connections of a pinned client, all of them attacked.

The interceptor holds a perfect copy under a root that the client trusts, so it is the pin alone that refuses.
Not one byte may be decrypted by the attacker, and neither witness may grow. A first visit, which pins the
attacker's own key, shows that bytes would have been seen. A line for each five thousand connections.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

from pinlab.catalogue.loader import SHIPPED, WORLD_FILE, load_cast
from pinlab.pki.mint import mint_world
from pinlab.pki.world import World
from pinlab.processes.binaries import program

HOST, CANARY = "shop.test", "c0ffee0123456789"
CONNECTIONS, A_LINE = 50_000, 5_000
MAY_GROW_KIB = 1024
"""From the first line to the last: what an allocator may do, and no leak of 25 bytes for a connection."""
DEADLINE_S = 3600
SETTLE_S = 60


@dataclass
class WitnessProcess:
    """A running witness: its port, its memory, and how often it journaled what."""

    process: subprocess.Popen[str]
    port: int
    witnessed: Counter[str] = field(default_factory=Counter)
    app_bytes: int = 0
    settled: SimpleQueue[None] = field(default_factory=SimpleQueue)

    def settle(self) -> None:
        """Wait until it has read every connection to its end. queue.Empty: it did not say so in time."""
        assert self.process.stdin is not None
        self.process.stdin.write("settle\n")
        self.process.stdin.flush()
        self.settled.get(timeout=SETTLE_S)

    def descriptors(self) -> int:
        """How many it has open now."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def rss_kib(self) -> int:
        """What it holds now (VmRSS of proc(5))."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmRSS:\s+(\d+)", status)
        return int(found[1]) if found else 0

    def receive(self, lines: IO[str]) -> None:
        """Count its facts until it ends; they are too many to be kept."""
        for line in lines:
            fact = json.loads(line)
            self.witnessed[fact["what"]] += 1
            self.app_bytes += fact["app_bytes"] if fact["what"] == "closed" else 0
            if fact["what"] == "settled":
                self.settled.put(None)


@contextmanager
def server(name: str, brief: Mapping[str, Any]) -> Iterator[WitnessProcess]:
    """A witness, sealed at the end."""
    with subprocess.Popen(
        [program(name)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(brief) + "\n")
        process.stdin.flush()
        running = WitnessProcess(process, int(json.loads(process.stdout.readline())["port"]))
        ear = threading.Thread(target=running.receive, args=(process.stdout,))
        ear.start()
        try:
            yield running
        finally:
            process.stdin.close()
            process.wait(timeout=60)
            ear.join()


def briefs(world: World) -> tuple[dict[str, Any], Callable[[int], dict[str, Any]]]:
    """The origin's, and the interceptor's for a port of the origin."""
    shown = world.identity("active")
    queue = [{"label": "active", "chain": str(shown.chain), "key": str(shown.key)}]
    origin = {"schema": "pinlab.origin/1", "canaries": [CANARY], "queue": queue}

    def mitm(port: int) -> dict[str, Any]:
        upstream = {"address": "127.0.0.1", "port": port}
        attack = {"script": [{"kind": "rogue_ca"}], "cast": world.attackers_cast()}
        witnessed = {"schema": "pinlab.mitm/1", "now": world.now, "canaries": [CANARY], "upstream": upstream}
        return {**witnessed, **attack}

    return origin, mitm


def policy(world: World, pinned: str) -> Path:
    """A policy that trusts the rogue root as well as the true one, and pins one key and a backup."""
    bundle = world.write_bundle(["root", "rogue"], world.path.parent / "trust.pem")
    pins = [{"pin": world.pin(pinned)}, {"pin": world.pin("backup"), "backup": True}]
    hosts = [{"host": HOST, "pins": pins}]
    document = {"schema": "pinlab.policy/1", "trust": {"file": str(bundle)}, "hosts": hosts}
    path = world.path.parent / f"{pinned}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def visit(witnessed: Path, port: int, connections: int) -> Counter[str]:
    """One process of the pinned client, so many connections: what they came to."""
    urls = [f"https://{HOST}:{port}/pinlab/{CANARY}"] * connections
    words = ["--policy", str(witnessed), "--connect", "127.0.0.1", "--no-pool", *urls]
    done = subprocess.run(
        [program("pinlab-client"), *words], capture_output=True, text=True, timeout=DEADLINE_S, check=False
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return Counter(str(line["verdict"] or line["reason"]) for line in lines)


def soak(world: World, connections: int, say: Callable[[str], None]) -> list[str]:
    """All of it; what was wrong."""
    origin_brief, mitm_brief = briefs(world)
    began, came, first = time.monotonic(), Counter[str](), (0, 0)
    with ExitStack() as stack:
        origin = stack.enter_context(server("pinlab-origin", origin_brief))
        with server("pinlab-mitm", mitm_brief(origin.port)) as control:
            visit(policy(world, "attacker"), control.port, 1)
        say(f"control: the attacker's key pinned: {control.app_bytes} bytes at the attacker")
        mitm = stack.enter_context(server("pinlab-mitm", mitm_brief(origin.port)))
        pinned = policy(world, "active")
        for done in range(0, connections, A_LINE):
            came += visit(pinned, mitm.port, min(A_LINE, connections - done))
            now = mitm.rss_kib(), origin.rss_kib()
            first = first if done else now
            seconds = time.monotonic() - began
            say(
                f"{sum(came.values()):6} connections, {came['pin_mismatch']:6} refused by the pin,"
                f" {mitm.app_bytes} bytes at the attacker, RSS mitm {now[0]} KiB, origin {now[1]} KiB,"
                f" {seconds:.0f} s"
            )
    faults = [f"{who.witnessed['sealed']} seals" for who in (mitm, origin) if who.witnessed["sealed"] != 1]
    faults += [] if control.app_bytes else ["the control came to no byte: nothing is proved"]
    faults += [] if came == {"pin_mismatch": connections} else [f"not all were refused: {dict(came)}"]
    seen = {what: mitm.witnessed[what] for what in ("canary_seen", "request", "lab_fault")}
    faults += [f"{count} times {what} at the attacker" for what, count in seen.items() if count]
    faults += [] if not mitm.app_bytes else [f"{mitm.app_bytes} bytes at the attacker"]
    shown = mitm.witnessed["presented"]
    faults += [] if shown == connections else [f"the attack was shown {shown} times, not {connections}"]
    growth = {"mitm": now[0] - first[0], "origin": now[1] - first[1]}
    faults += [f"{who} grew by {kib} KiB" for who, kib in growth.items() if kib > MAY_GROW_KIB]
    say(f"grown since the first line: {growth}; the attack was shown {shown} times")
    return faults


def in_a_world(connections: int, work: Callable[[World, int, Callable[[str], None]], list[str]]) -> int:
    """Have `work` done in a new world and its faults reported. 0: as it should be; 1: not."""
    with tempfile.TemporaryDirectory(prefix="pinlab-soak-") as folder:
        world = mint_world(load_cast(SHIPPED / WORLD_FILE), now=int(time.time()), folder=Path(folder))
        faults = work(world, connections, lambda line: print(line, flush=True))
    for fault in faults:
        print(f"WRONG: {fault}")
    return 1 if faults else 0


def main(arguments: Sequence[str]) -> int:
    """0: as it should be; 1: not, and why."""
    return in_a_world(int(arguments[0]) if arguments else CONNECTIONS, soak)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
