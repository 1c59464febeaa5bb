"""Faults of the wire and edits of the handshake over real sockets: what a client in Python meets."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from typing import Any, get_args

import pytest
from pinlab.catalogue.faults import Action, After, Surgery
from pinlab.witnesses.witness import Witness, WitnessError
from tests.support.witnesses import HOST, connect, context, fetch, mitm, origin, seen, standard_world, step

pytestmark = pytest.mark.usefixtures("programs")
BOTH = pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])


@pytest.fixture(scope="module")
def world(programs: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The standard world on disk."""
    return standard_world(tmp_path_factory.mktemp("world"))


def faulty(world: Path, after: str, do: str, **more: str) -> dict[str, Any]:
    """A step whose connection breaks."""
    return step(world, "active", fault={"after": after, "do": do, **more})


def ask(witness: Witness, using: ssl.SSLContext) -> bytes:
    """All of an answer; Python does not tell the end of TCP from close_notify."""
    with connect(witness, using) as secured:
        secured.sendall(f"GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        answer = b""
        while more := secured.recv(65536):
            answer += more
    return answer


@BOTH
@pytest.mark.parametrize("after", ["client_hello", "server_hello", "certificate"])
@pytest.mark.parametrize("do", ["reset", "close", "garbage"])
def test_no_handshake_survives(world: Path, version: ssl.TLSVersion, after: str, do: str) -> None:
    with origin(world, faulty(world, after, do)) as witness, pytest.raises(OSError):
        connect(witness, context(world, version=version))
    observed = seen(witness, "fault")
    assert [
        (observation.facts["after"], observation.facts["do"], observation.facts["step"])
        for observation in observed
    ] == [(after, do, 0)]
    assert bool(seen(witness, "presented")) == (after == "certificate")
    assert seen(witness, "closed")[0].facts["app_bytes"] == 0


@BOTH
def test_the_certificate_leaves_whole_or_half(world: Path, version: ssl.TLSVersion) -> None:
    """What came before a reset is counted on the wire, with a client that only listens."""
    sizes = {}
    for do in ("close", "cut"):
        with origin(world, faulty(world, "certificate", do)) as witness:
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = context(world, version=version).wrap_bio(incoming, outgoing, server_hostname=HOST)
            with pytest.raises(ssl.SSLWantReadError):
                tls.do_handshake()
            with socket.create_connection((witness.address, witness.port), timeout=10) as raw:
                raw.sendall(outgoing.read())
                got = b""
                while more := raw.recv(65536):
                    got += more
        sizes[do] = len(got)
    assert 100 < sizes["cut"] < sizes["close"]


def test_a_closed_port_has_no_witness(world: Path) -> None:
    with origin(world, faulty(world, "accept", "refuse")) as witness:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((witness.address, witness.port), timeout=10)
        assert witness.settle()
    assert seen(witness, "accepted") == []


def test_a_reset_at_the_accept_consumes_its_step(world: Path) -> None:
    queue = [faulty(world, "accept", "reset"), step(world, "active")]
    with origin(world, *queue) as witness:
        with pytest.raises(OSError):
            connect(witness, context(world))
        assert fetch(witness, context(world)).startswith(b"pinlab ")
    assert [observation.facts["do"] for observation in seen(witness, "fault")] == ["reset"]


def test_a_stall_lasts_until_the_client_goes(world: Path) -> None:
    with origin(world, faulty(world, "server_hello", "stall")) as witness:
        raw = socket.create_connection((witness.address, witness.port), timeout=0.3)
        with pytest.raises(TimeoutError):
            context(world).wrap_socket(raw, server_hostname=HOST)
        raw.close()
        assert witness.settle()
    assert seen(witness, "closed")[0].facts["how"] in ("eof", "reset")


@BOTH
@pytest.mark.parametrize("do", ["drip", "slow", "delay"])
def test_slow_is_not_wrong(world: Path, version: ssl.TLSVersion, do: str) -> None:
    with origin(world, faulty(world, "server_hello", do)) as witness:
        assert fetch(witness, context(world, version=version)).startswith(b"pinlab ")
    assert seen(witness, "fault")[0].facts["do"] == do


@BOTH
def test_a_body_is_cut_inside_a_good_connection(world: Path, version: ssl.TLSVersion) -> None:
    with origin(world, faulty(world, "body", "cut")) as witness:
        answer = ask(witness, context(world, version=version))
    assert b"Content-Length" in answer
    assert 0 < len(answer.partition(b"\r\n\r\n")[2]) < len("pinlab 0123456789abcdef\n")
    assert seen(witness, "request")
    assert seen(witness, "response") == []


def test_an_answer_without_length_ends_without_a_word(world: Path) -> None:
    with origin(world, faulty(world, "body", "no_close_notify", detail="until_close")) as witness:
        answer = ask(witness, context(world))
    assert b"Content-Length" not in answer
    assert b"\r\n\r\npinlab " in answer


def test_an_alert_is_named(world: Path) -> None:
    with origin(world, faulty(world, "client_hello", "alert", detail="unrecognized_name")) as witness:
        with pytest.raises(ssl.SSLError, match=r"(?i)unrecognized.name"):
            connect(witness, context(world))


def test_anyone_who_offers_no_alpn_cannot_be_tried_with_a_wrong_one(world: Path) -> None:
    with origin(world, step(world, "active", surgery="unoffered_alpn")) as witness, pytest.raises(OSError):
        connect(witness, context(world))
    assert "offers no ALPN" in seen(witness, "lab_fault")[0].facts["why"]
    assert seen(witness, "presented") == []


@pytest.mark.parametrize("name", get_args(Surgery))
def test_the_origin_knows_every_handshake_edit(world: Path, name: str) -> None:
    with origin(world, step(world, "active", surgery=name)) as witness:
        assert witness.settle()


def test_the_words_of_faults_are_the_origins_words(world: Path) -> None:
    for after in get_args(After):
        with origin(world, faulty(world, after, "reset")):
            pass
    for do in set(get_args(Action)) - {"refuse", "alert"}:
        with origin(world, faulty(world, "body", do)):
            pass
    with pytest.raises(WitnessError) as caught, origin(world, faulty(world, "lunch", "reset")):
        pass
    assert "queue[0].fault.after" in str(caught.value)


@pytest.mark.parametrize("name", ["hello_retry", "small_record", "client_certificate", "grease"])
def test_a_lenient_client_accepts_the_edited_handshake(world: Path, name: str) -> None:
    using = context(world)
    with origin(world, step(world, "active", surgery=name)) as witness:
        with connect(witness, using) as secured:
            secured.sendall(f"GET / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
            assert secured.recv(65536).startswith(b"HTTP/1.1 200")
    assert [observation.facts["do"] for observation in seen(witness, "fault")] == [name]


@pytest.mark.parametrize(
    "name",
    [
        "early_change_cipher_spec",
        "empty_certificate",
        "garbage_certificate",
        "no_certificate",
        "no_key_exchange",
        "chooses_rc4",
        "heartbleed",
        "altered_transcript",
        "speaks_tls10",
        "no_cipher",
    ],
)
def test_the_edited_handshake_ends(world: Path, name: str) -> None:
    with origin(world, step(world, "active", surgery=name)) as witness:
        with pytest.raises(OSError):
            connect(witness, context(world, version=ssl.TLSVersion.TLSv1_2))
    assert [observation.facts["do"] for observation in seen(witness, "fault")] == [name]
    shown = name != "no_cipher" and "certificate" not in name
    assert bool(seen(witness, "presented")) == shown


def test_the_mark_of_a_hidden_version(world: Path) -> None:
    using = ssl.create_default_context(cafile=str(world / "authorities/root.pem"))
    with origin(world, step(world, "active", surgery="hide_tls13")) as witness:
        with pytest.raises(ssl.SSLError, match=r"(?i)inappropriate.fallback"):
            connect(witness, using)


def test_the_interceptor_breaks_a_connection_and_then_attacks(world: Path) -> None:
    script: list[dict[str, Any]] = [
        {"kind": "fault", "params": {"after": "certificate", "do": "reset"}},
        {"kind": "rogue_ca"},
    ]
    with origin(world) as server, mitm(world, server.port, *script) as attacker:
        with pytest.raises(OSError):
            connect(attacker, context(world, "root", "rogue"))
        assert fetch(attacker, context(world, "root", "rogue")).startswith(b"pinlab")
    assert [observation.facts["step"] for observation in seen(attacker, "fault")] == [0]
