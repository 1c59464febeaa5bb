"""pinlab-mitm as a proxy: CONNECT, SOCKS5 and TLS to the proxy itself, over real sockets."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pinlab.core.enums import Verdict
from pinlab.runner.case_result import run_case
from pinlab.runner.case_runner import CaseRunner
from pinlab.witnesses.witness import Witness, WitnessError
from tests.support.witnesses import CANARY, HOST, context, mitm, origin, seen, standard_world

pytestmark = pytest.mark.usefixtures("programs")
CONNECT = f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode()
REQUEST = f"GET /{CANARY} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
SOCKS_HELLO = b"\x05\x01\x00"
SOCKS_ASK = b"\x05\x01\x00\x03" + bytes([len(HOST)]) + HOST.encode() + b"\x01\xbb"
PASS = {"kind": "pass_through"}


@pytest.fixture(scope="module")
def world(programs: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The standard world on disk."""
    return standard_world(tmp_path_factory.mktemp("world"))


def plain(witness: Witness) -> socket.socket:
    return socket.create_connection((witness.address, witness.port), timeout=10)


def get(tunnel: socket.socket, using: ssl.SSLContext) -> bytes:
    """One request through a tunnel; head and body of what comes back."""
    with using.wrap_socket(tunnel, server_hostname=HOST) as secured:
        secured.sendall(REQUEST)
        received = b""
        while b"\n" not in received.partition(b"\r\n\r\n")[2] and (more := secured.recv(65536)):
            received += more
    return received


def through_socks(witness: Witness) -> socket.socket:
    tunnel = plain(witness)
    tunnel.sendall(SOCKS_HELLO)
    assert tunnel.recv(2) == b"\x05\x00"
    tunnel.sendall(SOCKS_ASK)
    assert tunnel.recv(10)[:2] == b"\x05\x00"
    return tunnel


def test_socks5_leads_to_the_origin(world: Path) -> None:
    with origin(world) as server, mitm(world, server.port, PASS, proxy="socks5") as proxy:
        assert b"pinlab " in get(through_socks(proxy), context(world))
    assert seen(proxy, "connect_request")[0].facts["host"] == HOST
    assert seen(proxy, "canary_seen") == []


def test_a_socks5_proxy_can_attack(world: Path) -> None:
    with origin(world) as server, mitm(world, server.port, {"kind": "rogue_ca"}, proxy="socks5") as proxy:
        assert b"pinlab " in get(through_socks(proxy), context(world, "rogue"))
    assert [fact.facts["where"] for fact in seen(proxy, "canary_seen")] == ["tls"]


def test_a_proxy_refuses_with_the_given_answer(world: Path) -> None:
    with mitm(world, None, PASS, proxy="connect", proxy_answer=407) as proxy, plain(proxy) as asking:
        asking.sendall(CONNECT)
        assert asking.recv(4096).startswith(b"HTTP/1.1 407 ")
    assert seen(proxy, "proxy_refused")[0].facts["answer"] == 407
    with mitm(world, None, PASS, proxy="socks5", proxy_answer=2) as proxy, plain(proxy) as asking:
        asking.sendall(SOCKS_HELLO)
        asking.recv(2)
        asking.sendall(SOCKS_ASK)
        assert asking.recv(10)[:2] == b"\x05\x02"


def test_secrets_sent_to_a_proxy_are_journaled(world: Path) -> None:
    with mitm(world, None, PASS, proxy="connect", proxy_answer=502) as proxy, plain(proxy) as asking:
        asking.sendall(CONNECT.replace(b"\r\n\r\n", f"\r\nX: {CANARY}\r\n\r\n".encode()))
        asking.recv(4096)
        asking.sendall(f"GET /{CANARY} HTTP/1.1\r\n\r\n".encode())
    assert [fact.facts["where"] for fact in seen(proxy, "canary_seen")] == ["connect", "clear"]


def test_an_https_proxy_witnesses_the_outer_and_the_inner_tls(world: Path) -> None:
    shown = {"chain": f"{world}/identities/active.chain.pem", "key": f"{world}/identities/active.key.pem"}
    more: dict[str, Any] = {"proxy": "https", "proxy_identity": shown}
    with origin(world) as server, mitm(world, server.port, PASS, **more) as proxy:
        outer = context(world).wrap_socket(plain(proxy), server_hostname=HOST)
        outer.sendall(CONNECT)
        assert outer.recv(4096).startswith(b"HTTP/1.1 200 ")
        assert b"pinlab " in inside(outer, context(world))
        outer.close()
    who = {(fact.who, fact.what) for fact in proxy.observations}
    assert {("proxy", "presented"), ("proxy", "closed"), ("mitm", "client_hello"), ("mitm", "relayed")} <= who
    assert seen(proxy, "canary_seen") == []


def inside(outer: ssl.SSLSocket, using: ssl.SSLContext) -> bytes:
    """A request over TLS within TLS, by memory BIOs: Python has no other way."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    inner = using.wrap_bio(incoming, outgoing, server_hostname=HOST)
    received = b""
    steps: list[Callable[[], Any]] = [inner.do_handshake, lambda: inner.write(REQUEST), inner.read]
    while steps:
        try:
            received += bytes(got) if isinstance(got := steps[0](), bytes) else b""
            steps = steps[1:] if len(steps) > 1 or b"\n" in received.partition(b"\r\n\r\n")[2] else steps
        except ssl.SSLWantReadError:
            outer.sendall(outgoing.read())
            incoming.write(outer.recv(65536))
    return received


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"proxy": "ftp"}, "proxy: expected"),
        ({"proxy": "connect", "proxy_answer": 99}, "proxy_answer: expected 200 to 599"),
        ({"proxy": "socks5", "proxy_answer": 256}, "proxy_answer: expected 0 to 255"),
        ({"proxy": "https"}, "proxy_identity: an HTTPS proxy must show something"),
    ],
)
def test_a_bad_proxy_is_named_by_its_path(world: Path, more: dict[str, Any], message: str) -> None:
    with pytest.raises(WitnessError) as caught, mitm(world, None, PASS, **more):
        pass
    assert message in str(caught.value)


def test_a_scenario_about_a_proxy_goes_by_way_of_one(open_case_runner: Callable[..., CaseRunner]) -> None:
    case_runner = open_case_runner("reference")
    case = next(case for case in case_runner.cases() if case.scenario.id == "proxy/socks5")
    assert case.via == "proxy"
    case_runner.adapter.vias = ("address",)
    try:
        assert run_case(case_runner, case).verdict == Verdict.SKIPPED
    finally:
        del case_runner.adapter.vias
