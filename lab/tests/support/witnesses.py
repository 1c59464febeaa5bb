"""Listening witnesses and a client with Python's own TLS, for the tests that meet the lab's servers."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pinlab.evidence.model import Observation
from pinlab.pki.mint import mint_world
from pinlab.processes.binaries import program
from pinlab.witnesses.witness import Witness
from tests.support.worlds import standard_cast

NOW = int(time.time())
"""Real clients look at the real clock."""

CANARY = "c0ffee0123456789"
HOST = "shop.test"


def standard_world(folder: Path) -> Path:
    """The standard world on disk, valid now."""
    return mint_world(standard_cast(), now=NOW, folder=folder).path


def step(world: Path, identity: str, **more: Any) -> dict[str, Any]:
    """One entry of the origin's queue."""
    files = {"chain": "chain", "key": "key"}
    return (
        {"label": identity}
        | {k: str(world / f"identities/{identity}.{v}.pem") for k, v in files.items()}
        | more
    )


@contextmanager
def origin(world: Path, *queue: dict[str, Any], **more: Any) -> Iterator[Witness]:
    """A listening origin; sealed at the end."""
    brief = {
        "schema": "pinlab.origin/1",
        "canaries": [CANARY],
        "queue": list(queue) or [step(world, "active")],
        **more,
    }
    witness = Witness(program("pinlab-origin"), brief, who="origin", patience_s=10, tape=[])
    try:
        yield witness
    finally:
        witness.close()
    assert witness.faults == []
    assert witness.sealed


def mitm_brief(world: Path, port: int | None, *script: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A brief for the interceptor, with the standard cast."""
    authority = {
        name: {
            "certificate": str(world / f"authorities/{name}.pem"),
            "key": str(world / f"keys/{name}.pem"),
            "chain": [str(world / f"authorities/{name}.pem")] if name == "issuing" else [],
        }
        for name in ("issuing", "rogue", "stranger")
    }
    own = {"chain": "chain", "key": "key"}
    return {
        "schema": "pinlab.mitm/1",
        "now": NOW,
        "canaries": [CANARY],
        "upstream": {"address": "127.0.0.1", "port": port} if port else None,
        "cast": {
            "authorities": authority,
            "keys": {name: str(world / f"keys/{name}.pem") for name in ("active", "attacker")},
            "identities": {
                "attackers_own": {k: str(world / f"identities/attackers_own.{v}.pem") for k, v in own.items()}
            },
        },
        "script": list(script),
        **more,
    }


@contextmanager
def mitm(world: Path, port: int | None, *script: dict[str, Any], **more: Any) -> Iterator[Witness]:
    """A listening interceptor; sealed at the end."""
    brief = mitm_brief(world, port, *script, **more)
    witness = Witness(program("pinlab-mitm"), brief, who="mitm", patience_s=10, tape=[])
    try:
        yield witness
    finally:
        witness.close()
    assert witness.faults == []
    assert witness.sealed


def context(world: Path, *roots: str, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
    """A client that trusts these roots and speaks one version."""
    made = ssl.create_default_context()
    for root in roots or ("root",):
        made.load_verify_locations(world / f"authorities/{root}.pem")
    made.minimum_version = made.maximum_version = version
    return made


def connect(witness: Witness, using: ssl.SSLContext, name: str = HOST) -> ssl.SSLSocket:
    """A TLS connection to a witness."""
    return using.wrap_socket(
        socket.create_connection((witness.address, witness.port), timeout=10), server_hostname=name
    )


def fetch(witness: Witness, using: ssl.SSLContext, path: str = f"/{CANARY}", name: str = HOST) -> bytes:
    """One request on a connection of its own; the body."""
    connection = http.client.HTTPSConnection(witness.address, witness.port, timeout=10)
    connection.sock = connect(witness, using, name)
    connection.request("GET", path, headers={"Host": name})
    body = connection.getresponse().read()
    connection.close()
    return body


def seen(witness: Witness, what: str) -> list[Observation]:
    """All facts of one kind."""
    return [fact for fact in witness.observations if fact.what == what]


def leaf_of(witness: Witness, using: ssl.SSLContext) -> bytes:
    """The DER of the leaf that is shown to one connection."""
    with connect(witness, using) as secured:
        shown = secured.getpeercert(binary_form=True)
    assert shown
    return shown
