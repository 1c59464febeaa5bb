"""Peers who never pause long enough for a deadline: each connection has a time in which it is over."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from pinlab.witnesses.witness import Witness
from tests.support.witnesses import HOST, connect, context, fetch, mitm, origin, seen, standard_world

pytestmark = pytest.mark.usefixtures("programs")
DEADLINE_MS, LIFETIME_MS = 1000, 1500
PACE_S = 0.05
PATIENCE_S = 30


@pytest.fixture(scope="module")
def world(programs: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The standard world on disk."""
    return standard_world(tmp_path_factory.mktemp("world"))


def ended_by_the_other_side(peer: socket.socket, pieces: Iterable[bytes], pace_s: float) -> bool:
    """Send piece by piece, always looking for the end; its lack is the pace."""
    over = time.monotonic() + PATIENCE_S
    peer.settimeout(pace_s)
    try:
        for piece in pieces:
            peer.sendall(piece)
            try:
                if not peer.recv(4096):
                    return True
            except TimeoutError:
                pass
            if time.monotonic() > over:
                return False
    except (ConnectionError, ssl.SSLError):
        return True
    return False


def assert_ended_by_its_lifetime(witness: Witness) -> None:
    assert witness.settle()
    (closed, *_) = [fact for fact in seen(witness, "closed") if fact.conn == 1]
    assert closed.facts["how"] == "deadline"


@pytest.mark.parametrize("name", ["origin", "mitm"])
def test_a_hello_that_trickles_is_ended(world: Path, name: str) -> None:
    """A record of 16 KiB in single bytes would take a quarter of an hour."""
    limits = {"deadline_ms": DEADLINE_MS, "lifetime_ms": LIFETIME_MS}
    head = b"\x16\x03\x01\x40\x00\x01\x00\x3f\xfc\x03\x03"
    with (
        origin(world, **limits) as behind,
        mitm(world, behind.port, {"kind": "pass_through"}, **limits) as before,
    ):
        witness = behind if name == "origin" else before
        with socket.create_connection((witness.address, witness.port)) as peer:
            pieces = (bytes([byte]) for byte in head + bytes(16_000))
            assert ended_by_the_other_side(peer, pieces, PACE_S)
        assert_ended_by_its_lifetime(witness)


def test_a_head_that_trickles_inside_tls_is_ended(world: Path) -> None:
    with origin(world, deadline_ms=DEADLINE_MS, lifetime_ms=LIFETIME_MS) as witness:
        with connect(witness, context(world)) as peer:
            assert ended_by_the_other_side(peer, (b"G" for _ in range(16_000)), PACE_S)
        assert_ended_by_its_lifetime(witness)


def test_a_body_without_a_pause_is_ended(world: Path) -> None:
    """No wait is ever long here: bytes are always there."""
    head = f"POST / HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 16000000\r\n\r\n"
    with origin(world, deadline_ms=DEADLINE_MS, lifetime_ms=LIFETIME_MS) as witness:
        with connect(witness, context(world)) as peer:
            peer.sendall(head.encode())
            flood = (b"x" * 100 for _ in range(160_000))
            assert ended_by_the_other_side(peer, flood, 0.001)
        assert_ended_by_its_lifetime(witness)
        assert fetch(witness, context(world)).startswith(b"pinlab ")


def test_a_huge_hello_in_single_bytes_is_read_to_its_end(world: Path) -> None:
    """Session tickets and the like make long hellos; this one is padded (RFC 7685) to 60 KiB."""
    with origin(world, deadline_ms=20_000) as witness:
        with socket.create_connection((witness.address, witness.port), timeout=PATIENCE_S) as peer:
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in padded_hello():
                peer.send(bytes([byte]))
            peer.shutdown(socket.SHUT_WR)
            assert witness.settle()
    assert len(seen(witness, "client_hello")) == 1


def padded_hello() -> bytes:
    """A ClientHello with 60 KiB of padding, in records of 16 KiB."""
    padding = b"\x00\x15" + (60_000).to_bytes(2, "big") + bytes(60_000)
    name = b"\x00\x00" + (14).to_bytes(2, "big") + b"\x00\x0c\x00\x00\x09shop.test"
    both = name + padding
    body = b"\x03\x03" + bytes(32) + b"\x00" + b"\x00\x02\xc0\x2f" + b"\x01\x00"
    body += len(both).to_bytes(2, "big") + both
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    parts = [message[at : at + 16_384] for at in range(0, len(message), 16_384)]
    return b"".join(b"\x16\x03\x01" + len(part).to_bytes(2, "big") + part for part in parts)
