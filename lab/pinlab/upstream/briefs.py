"""What the interceptor and the client get for a case in front of the user's own server.

Pure but for the trust file, which it writes where it must.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pinlab.pki.world import World
from pinlab.runner.briefs import CONNECT, TLS_RANGE, listening_at
from pinlab.runner.cases import Case
from pinlab.runner.settings import Settings
from pinlab.upstream.reasons import LAB_CA
from pinlab.upstream.target import UpstreamTarget

SYSTEM_STORE = Path("/etc/ssl/certs/ca-certificates.crt")
"""Debian's own."""


def upstream_brief(
    upstream: UpstreamTarget, settings: Settings, case: Case, world: World, canaries: Sequence[str]
) -> dict[str, Any]:
    """For pinlab-mitm, schema pinlab.mitm/1: in front of a server of which no one here holds a key.

    Both TLS versions, as any real attacker would: a client of one alone must meet the attack too.
    """
    return {
        "schema": "pinlab.mitm/1",
        "listen": listening_at(settings.listen, upstream.door),
        "proxy": CONNECT.kind if case.via == "proxy" else "none",
        "upstream": {"address": upstream.address, "port": upstream.port},
        "tls": {"min": TLS_RANGE[0], "max": TLS_RANGE[1]},
        "canaries": list(canaries),
        "watch": [secret.to_watch() for secret in upstream.secrets],
        "discreet": True,
        "deadline_ms": int(settings.timeout_s * 1000),
        "now": settings.now,
        "cast": world.attackers_cast(),
        "script": case.script,
    }


def without_secrets(brief: Mapping[str, Any], upstream: UpstreamTarget) -> dict[str, Any]:
    """The brief as it may be kept."""
    return {**brief, "watch": [secret.to_watch(hidden=True) for secret in upstream.secrets]}


def write_trust(upstream: UpstreamTarget, world: World, dest: Path, *, started_here: bool) -> Path:
    """Write what the client is to trust: the server's own anchors, and the lab's CA where it is trusted.

    A client outside has the first already: it gets the lab's CA in any case, to be installed or not.
    """
    parts = []
    if upstream.ca_file or started_here:
        store = Path(upstream.ca_file) if upstream.ca_file else SYSTEM_STORE
        parts += [store.read_text(encoding="ascii", errors="ignore")] if store.exists() else []
    if upstream.ca_trusted or not started_here:
        parts.append(world.authority_certificate(LAB_CA).read_text(encoding="ascii"))
    dest.write_text("\n".join(part.strip() for part in parts) + "\n", encoding="ascii")
    return dest
