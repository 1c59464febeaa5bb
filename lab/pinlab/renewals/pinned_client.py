"""Shows a renewed chain to a real client that pins the old leaf key: pinlab-client at pinlab-origin."""

from __future__ import annotations

import secrets
import time
from pathlib import Path

from pinlab.clients.api import Brief, Pinned, Run
from pinlab.clients.registry import find
from pinlab.processes.binaries import program
from pinlab.processes.child import Child, pump
from pinlab.renewals.errors import RenewalError
from pinlab.runner.briefs import LOOPBACK, TLS_RANGE
from pinlab.witnesses.witness import Witness, WitnessError

PATIENCE_S = 10.0
ACCEPTED = "accepted"


def meet(host: str, chain: Path, key: Path, roots: Path, pin: str, folder: Path) -> str:
    """Give "accepted" or the reason of the refusal. RenewalError: client and origin do not say the same."""
    canary = secrets.token_hex(16)
    shown = {"label": "renewed", "chain": str(chain), "key": str(key), "until": "exchange", "times": 1}
    brief = {
        "schema": "pinlab.origin/1",
        "listen": {"address": LOOPBACK, "port": 0},
        "tls": {"min": TLS_RANGE[1], "max": TLS_RANGE[1]},
        "alpn": ["http/1.1"],
        "canaries": [canary],
        "deadline_ms": int(PATIENCE_S * 1000),
        "queue": [shown],
    }
    try:
        origin = Witness(program("pinlab-origin"), brief, who="origin", patience_s=PATIENCE_S, tape=[])
    except WitnessError as failure:
        raise RenewalError(f"the renewed chain could not be served: {failure}") from failure
    try:
        claim, reason = _ask(host, origin, roots, pin, canary, folder)
    finally:
        origin.close()
    served = any(observation.what == "canary_seen" for observation in origin.observations)
    if origin.faults or claim not in ("accept", "reject") or served != (claim == "accept"):
        seen = "; ".join(origin.faults) or ("a request came" if served else "no request came")
        raise RenewalError(f"a renewed chain was shown to pinlab-client: its claim is {claim}, but {seen}")
    return ACCEPTED if served else str(reason)


def _ask(
    host: str, origin: Witness, roots: Path, pin: str, canary: str, folder: Path
) -> tuple[str | None, str | None]:
    client = find("reference")
    assert client is not None
    brief = Brief(
        host=host,
        port=origin.port,
        address=LOOPBACK,
        ca_file=str(roots),
        pinned=(Pinned(pin),),
        canary=canary,
        tls=TLS_RANGE,
        timeout_ms=int(PATIENCE_S * 800),
        proxy=None,
        via="address",
        folder=str(folder),
    )
    command = client.command(brief)
    child = Child(command.argv, env=command.env, stdin=command.stdin.encode())
    try:
        pump([child, origin.child], lambda: child.exited, time.monotonic() + PATIENCE_S)
    finally:
        child.finish()
    outcome = client.outcome(Run(child.exit_code, child.signal, child.stdout.text(), child.stderr.text()))
    return outcome.claim, outcome.reason
