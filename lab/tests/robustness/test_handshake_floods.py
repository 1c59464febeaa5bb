"""Handshake work asked for without end: renegotiations (TLS 1.2), key updates (TLS 1.3).

A flood is ended by its count and not by a clock, costs the journal a few lines, and hurts no other client.
"""

from __future__ import annotations

import itertools
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pinlab.witnesses.witness import Witness
from tests.support.raw_tls import APPLICATION_DATA, HANDSHAKE, Connected, Sealer13, connected
from tests.support.witnesses import HOST, context, fetch, mitm, origin, seen, standard_world

pytestmark = pytest.mark.usefixtures("programs")
NEVER_MS = 600_000
"""No deadline ends within a test."""
FLOOD = 20_000
MOST_LINES = 60
VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


@pytest.fixture(scope="module")
def world(programs: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The standard world on disk."""
    return standard_world(tmp_path_factory.mktemp("world"))


@contextmanager
def server(name: str, world: Path) -> Iterator[Witness]:
    """A witness that makes the handshake itself; the interceptor by an attack."""
    with origin(world, deadline_ms=NEVER_MS) as behind:
        if name == "origin":
            yield behind
            return
        with mitm(world, behind.port, {"kind": "rogue_ca"}, deadline_ms=NEVER_MS) as before:
            yield before


def request_for_work(peer: Connected) -> bytes:
    """A record that says nothing and wants to be answered."""
    if isinstance(peer.sealer, Sealer13):
        return peer.sealer.update()
    return peer.sealer.seal(HANDSHAKE, peer.hello)


def flood(peer: Connected) -> bool:
    """Send requests for work until the other side has had enough: has it?"""
    try:
        for _ in range(0, FLOOD, 100):
            peer.socket.sendall(b"".join(request_for_work(peer) for _ in range(100)))
        while peer.socket.recv(65536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


@pytest.mark.parametrize("name", ["origin", "mitm"])
@pytest.mark.parametrize("version", VERSIONS, ids=["renegotiations", "key_updates"])
def test_a_flood_is_ended_and_the_next_client_is_served(
    world: Path, tmp_path: Path, name: str, version: ssl.TLSVersion
) -> None:
    with server(name, world) as witness:
        peer = connected((witness.address, witness.port), HOST, version, tmp_path / "keys")
        with peer.socket:
            assert flood(peer)
        trusting = context(world, "root", "rogue", version=version)
        assert fetch(witness, trusting).startswith(b"pinlab ")
        assert witness.settle()
    facts = [fact for fact in witness.observations if fact.conn == 1]
    assert facts[-1].what == "closed" and facts[-1].facts["how"] == "flood"
    assert facts[-1].facts["app_bytes"] == 0
    assert len(facts) < MOST_LINES, "each renegotiation is answered by an alert, each alert is a line"


def test_key_updates_between_words_are_no_flood(world: Path, tmp_path: Path) -> None:
    """RFC 8446 4.6.3 allows them whenever a client likes, and here each brings a byte along."""
    request = f"GET / HTTP/1.1\r\nHost: {HOST}\r\nX-Long: {'x' * 100}\r\nConnection: close\r\n\r\n".encode()
    with server("origin", world) as witness:
        peer = connected((witness.address, witness.port), HOST, ssl.TLSVersion.TLSv1_3, tmp_path / "keys")
        assert isinstance(peer.sealer, Sealer13)
        with peer.socket:
            for byte in request:
                peer.socket.sendall(peer.sealer.update() + peer.sealer.seal(APPLICATION_DATA, bytes([byte])))
            peer.socket.shutdown(socket.SHUT_WR)
            assert witness.settle()
    (asked,) = seen(witness, "request")
    assert asked.facts["bytes"] == len(request) > 100
    assert [fact.facts["how"] for fact in seen(witness, "closed")] != ["flood"]


def test_one_renegotiation_is_refused_and_the_request_answered(world: Path, tmp_path: Path) -> None:
    """RFC 5246 7.2.2: no_renegotiation is a warning."""
    with server("origin", world) as witness:
        peer = connected((witness.address, witness.port), HOST, ssl.TLSVersion.TLSv1_2, tmp_path / "keys")
        request = f"GET / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode()
        with peer.socket:
            for record in itertools.chain(
                [request_for_work(peer)], [peer.sealer.seal(APPLICATION_DATA, request)]
            ):
                peer.socket.sendall(record)
            peer.socket.shutdown(socket.SHUT_WR)
            assert witness.settle()
    assert len(seen(witness, "response")) == 1
    assert [fact.facts["name"] for fact in seen(witness, "alert")][:1] == ["no_renegotiation"]
