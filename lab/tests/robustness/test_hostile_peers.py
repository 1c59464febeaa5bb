"""Peers that mean no good to the lab's own servers: garbage, half a hello, endless heads, silence.

Each connection ends with a clear fact, the next client is served, and memory does not grow with their number.
"""

from __future__ import annotations

import random
import re
import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pinlab.witnesses.witness import Witness
from tests.support.witnesses import HOST, connect, context, fetch, mitm, origin, seen, standard_world

pytestmark = pytest.mark.usefixtures("programs")
DEADLINE_MS = 2000  # what silence costs here; the good client, on a busy machine, needs far less
AMPLE_MS = 30_000  # for anyone who does get there, if slowly
Peer = Callable[[socket.socket], None]


@pytest.fixture(scope="module")
def world(programs: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The standard world on disk."""
    return standard_world(tmp_path_factory.mktemp("world"))


@contextmanager
def server(name: str, world: Path, deadline_ms: int = DEADLINE_MS) -> Iterator[Witness]:
    """A witness that waits a short time only; the interceptor stands before an origin."""
    with origin(world, deadline_ms=deadline_ms) as behind:
        if name == "origin":
            yield behind
            return
        with mitm(world, behind.port, {"kind": "pass_through"}, deadline_ms=deadline_ms) as before:
            yield before


def hello() -> bytes:
    """A whole ClientHello of Python's own TLS."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    made = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname=HOST)
    with pytest.raises(ssl.SSLWantReadError):
        made.do_handshake()
    return outgoing.read()


def to_the_end(peer: socket.socket) -> None:
    """Read until the server has had enough."""
    try:
        while peer.recv(65536):
            pass
    except ConnectionError:
        pass


def garbage(peer: socket.socket) -> None:
    try:
        peer.sendall(random.Random(1).randbytes(200_000))
    except ConnectionError:
        return
    to_the_end(peer)


def half_a_hello(peer: socket.socket) -> None:
    peer.sendall(hello()[:100])
    to_the_end(peer)


def a_hello_without_end(peer: socket.socket) -> None:
    """A handshake message that announces 16 MiB, in records of two bytes."""
    record = b"\x16\x03\x01\x00\x02"
    try:
        peer.sendall(record + b"\x01\xff" + record + b"\xff\xff" + (record + b"xx") * 60_000)
    except ConnectionError:
        return
    to_the_end(peer)


def silence(peer: socket.socket) -> None:
    to_the_end(peer)


def torn_down(peer: socket.socket) -> None:
    peer.sendall(hello()[:50])
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def byte_by_byte(peer: socket.socket) -> None:
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in hello():
        peer.sendall(bytes([byte]))
    assert peer.recv(1) == b"\x16", "a handshake record: the hello was understood"


PEERS: tuple[Peer, ...] = (garbage, half_a_hello, a_hello_without_end, silence, torn_down, byte_by_byte)


def meet(witness: Witness, peer: Peer) -> None:
    with socket.create_connection((witness.address, witness.port), timeout=20) as connection:
        peer(connection)


def memory_kib(witness: Witness) -> int:
    """What the server holds now (VmRSS of proc(5))."""
    found = re.search(
        r"VmRSS:\s+(\d+)", Path(f"/proc/{witness.child.pid}/status").read_text(encoding="ascii")
    )
    assert found
    return int(found[1])


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.__name__)
@pytest.mark.parametrize("name", ["origin", "mitm"])
def test_one_hostile_peer_ends_with_a_fact_and_the_next_client_is_served(
    world: Path, name: str, peer: Peer
) -> None:
    with server(name, world, AMPLE_MS if peer is byte_by_byte else DEADLINE_MS) as witness:
        meet(witness, peer)
        assert fetch(witness, context(world)).startswith(b"pinlab ")
    first = [fact.what for fact in witness.observations if fact.conn == 1]
    assert first[0] == "accepted" and first[-1] == "closed"
    assert "handshake_done" not in first
    assert ("client_hello" in first) == (peer is byte_by_byte)


def test_an_endless_head_is_refused_and_not_kept(world: Path) -> None:
    with origin(world, deadline_ms=DEADLINE_MS) as witness:
        with connect(witness, context(world)) as secured:
            try:
                secured.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 2_000_000)
                while secured.recv(65536):
                    pass
            except (ConnectionError, ssl.SSLError):
                pass
        assert fetch(witness, context(world)).startswith(b"pinlab ")
    closed = seen(witness, "closed")
    assert closed[0].conn == 1 or closed[1].conn == 1


def a_crowd(witness: Witness, count: int) -> None:
    for _ in range(count):
        meet(witness, garbage)
        meet(witness, torn_down)
        assert witness.settle()  # reads its facts too: a pipe that is full would stop it


@pytest.mark.parametrize("name", ["origin", "mitm"])
def test_memory_does_not_grow_with_hostile_peers(world: Path, name: str) -> None:
    with server(name, world) as witness:
        a_crowd(witness, 20)
        before = memory_kib(witness)
        a_crowd(witness, 60)
        assert memory_kib(witness) < before + 1024
