"""What the origin answers on demand, and queues distinguished by name: real sockets, Python's own TLS."""

from __future__ import annotations

import http.client
import socket
import ssl
from pathlib import Path

import pytest
from pinlab.witnesses.witness import Witness, WitnessError
from tests.support.witnesses import CANARY, HOST, connect, context, mitm, origin, seen, standard_world, step

pytestmark = pytest.mark.usefixtures("programs")
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
"""The example of RFC 6455 1.3, with what a server must make of it."""
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.fixture(scope="module")
def world(programs: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The standard world on disk."""
    return standard_world(tmp_path_factory.mktemp("world"))


def ask(
    witness: Witness, using: ssl.SSLContext, target: str = "/a?b", **headers: str
) -> http.client.HTTPResponse:
    """One GET; the whole answer."""
    connection = http.client.HTTPConnection(HOST, witness.port, timeout=10)
    connection.sock = connect(witness, using)
    fields = {key.replace("_", "-"): value for key, value in headers.items()}
    connection.request("GET", target, headers=fields)
    answer = connection.getresponse()
    if answer.status != http.HTTPStatus.SWITCHING_PROTOCOLS:
        answer.read()
    connection.close()
    return answer


def raw(witness: Witness, text: bytes) -> bytes:
    """Bytes in clear, and all that comes back until the end."""
    with socket.create_connection((witness.address, witness.port), timeout=10) as plain:
        plain.sendall(text)
        received = b""
        while more := plain.recv(65536):
            received += more
    return received


def test_an_answer_of_choice_knows_port_and_target(world: Path) -> None:
    facts = {"status": 302, "headers": {"Location": "https://other.test:{port}{target}"}, "body": "moved"}
    with origin(world, step(world, "active", answer=facts)) as witness:
        answer = ask(witness, context(world))
        assert answer.getheader("Location") == f"https://other.test:{witness.port}/a?b"
    assert (answer.status, answer.getheader("Content-Length")) == (302, "5")
    assert seen(witness, "response")[0].facts["status"] == 302


@pytest.mark.parametrize("wrong", [{"status": 99}, {"headers": {"A": "b\r\nC: d"}}, {"colour": "red"}])
def test_a_bad_answer_is_named_by_its_path(world: Path, wrong: dict[str, object]) -> None:
    queue = step(world, "active", answer=wrong)
    with pytest.raises(WitnessError, match=r"queue\[0\]\.answer"), origin(world, queue):
        pass


def test_each_name_has_a_queue_of_its_own(world: Path) -> None:
    queue = [step(world, "active"), step(world, "attackers_own", sni="attacker.test"), step(world, "backup")]
    with origin(world, *queue) as witness:
        for name in (HOST, "attacker.test", HOST, "attacker.test"):
            connect(witness, context(world), name).close()
    assert [fact.facts["label"] for fact in seen(witness, "presented")] == [
        "active",
        "attackers_own",
        "backup",
        "attackers_own",
    ]


def test_a_hello_is_answered_in_clear_where_the_step_says_so(world: Path) -> None:
    facts = step(world, "active", in_clear=True, answer={"status": 503, "body": "Back at noon.\n"})
    with origin(world, facts) as witness, pytest.raises(ssl.SSLError):
        connect(witness, context(world))
    assert seen(witness, "clear_answer")[0].facts["status"] == 503
    assert seen(witness, "presented") == []


def test_a_websocket_is_granted_to_anyone_who_asks_for_one(world: Path) -> None:
    asked = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Key": KEY}
    with origin(world, step(world, "active", answer={"status": 101})) as witness:
        granted = ask(witness, context(world), **asked)
        refused = ask(witness, context(world))
    assert (granted.status, granted.getheader("Sec-WebSocket-Accept")) == (101, ACCEPT)
    assert refused.status == 400


def test_a_websocket_passes_through_the_interceptor(world: Path) -> None:
    asked = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Key": KEY}
    with (
        origin(world, step(world, "active", answer={"status": 101})) as server,
        mitm(world, server.port, {"kind": "rogue_ca"}) as attacker,
    ):
        assert ask(attacker, context(world, "rogue"), **asked).getheader("Sec-WebSocket-Accept") == ACCEPT


def test_the_head_of_an_answer_is_edited(world: Path) -> None:
    facts = {"headers": {"Strict-Transport-Security": "max-age=1"}}
    attack = {"kind": "alter_headers", "params": {"remove": "Strict-Transport-Security"}}
    with (
        origin(world, step(world, "active", answer=facts)) as server,
        mitm(world, server.port, attack) as attacker,
    ):
        answer = ask(attacker, context(world, "rogue"))
    assert answer.getheader("Strict-Transport-Security") is None
    shown = seen(attacker, "presented")[0].facts["chain"][0]["pin"].removeprefix("sha256/")
    assert f'pin-sha256="{shown}"' in (answer.getheader("Public-Key-Pins") or "")
    assert seen(attacker, "tampered")


def test_a_portal_answers_by_itself(world: Path) -> None:
    with origin(world) as server, mitm(world, server.port, {"kind": "captive_portal"}) as attacker:
        assert ask(attacker, context(world, "rogue")).status == 511
    assert seen(server, "request") == []


def test_a_greeting_gets_clear_http(world: Path) -> None:
    with mitm(world, None, {"kind": "plain_http"}) as attacker, pytest.raises(ssl.SSLError):
        connect(attacker, context(world))
    assert seen(attacker, "clear_answer")


def test_clear_requests_are_carried_only_by_the_one_who_strips(world: Path) -> None:
    request = f"GET /{CANARY} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode()
    with origin(world) as server, mitm(world, server.port, {"kind": "sslstrip"}) as attacker:
        assert b"pinlab " in raw(attacker, request)
    assert [fact.facts["where"] for fact in seen(attacker, "canary_seen")] == ["clear"]
    assert seen(server, "request")
    with origin(world) as server, mitm(world, server.port, {"kind": "reset"}) as attacker:
        assert raw(attacker, request) == b""
    assert seen(server, "accepted") == []
