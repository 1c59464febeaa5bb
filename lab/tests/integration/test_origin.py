"""pinlab-origin as other programs meet it: real sockets, Python's own TLS, hostile bytes."""

from __future__ import annotations

import base64
import http.client
import json
import os
import select
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pinlab.processes.binaries import program
from pinlab.witnesses.witness import WitnessError
from tests.support.witnesses import (
    CANARY,
    HOST,
    connect,
    context,
    fetch,
    leaf_of,
    origin,
    seen,
    standard_world,
    step,
)

pytestmark = pytest.mark.usefixtures("programs")


@pytest.fixture(scope="module")
def world(programs: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The standard world on disk."""
    return standard_world(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_the_origin_serves_and_testifies(world: Path, version: ssl.TLSVersion) -> None:
    with origin(world) as witness:
        body = fetch(witness, context(world, version=version))
    assert body.startswith(b"pinlab ")
    hello = seen(witness, "client_hello")[0]
    assert hello.facts["sni"] == HOST
    assert seen(witness, "handshake_done")[0].facts["version"] == version.name[4:].replace("_", ".")
    assert seen(witness, "presented")[0].facts["label"] == "active"
    assert seen(witness, "canary_seen")[0].facts == {
        "t_us": seen(witness, "canary_seen")[0].facts["t_us"],
        "where": "tls",
        "form": "plain",
        "canary": 0,
    }
    assert seen(witness, "closed")[0].facts["app_bytes"] > 0


def test_keep_alive_serves_many_requests_on_one_connection(world: Path) -> None:
    with origin(world) as witness:
        connection = http.client.HTTPSConnection(witness.address, witness.port, timeout=10)
        connection.sock = connect(witness, context(world))
        bodies = []
        for size in (0, 10, 100_000):
            connection.request("POST", "/", body=b"x" * size, headers={"Host": HOST})
            bodies.append(connection.getresponse().read())
        connection.close()
    assert len(set(bodies)) == 1, "one nonce for one connection"
    assert len(seen(witness, "request")) == 3
    assert len(seen(witness, "accepted")) == 1


def test_requests_in_one_segment_are_all_answered(world: Path) -> None:
    with origin(world) as witness, connect(witness, context(world)) as secured:
        entry = f"GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n"
        secured.sendall((entry + entry + entry.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")).encode())
        answer = b""
        while more := secured.recv(65536):
            answer += more
    assert answer.count(b"HTTP/1.1 200 OK") == 3


def test_the_queue_moves_with_hellos(world: Path) -> None:
    queue = [step(world, "active", times=2), step(world, "backup")]
    with origin(world, *queue) as witness:
        shown = [leaf_of(witness, context(world)) for _ in range(4)]
    assert shown[0] == shown[1] != shown[2] == shown[3]
    assert [fact.facts["step"] for fact in seen(witness, "client_hello")] == [0, 0, 1, 1]


def test_the_queue_moves_with_exchanges_where_the_step_says_so(world: Path) -> None:
    queue = [step(world, "active", until="exchange"), step(world, "backup")]
    with origin(world, *queue) as witness:
        before = [leaf_of(witness, context(world)) for _ in range(3)]
        fetch(witness, context(world))
        after = leaf_of(witness, context(world))
    assert len(set(before)) == 1
    assert after != before[0]


def test_a_ticket_does_not_hide_the_next_certificate(world: Path) -> None:
    with origin(world, step(world, "active"), step(world, "backup")) as witness:
        using = context(world, version=ssl.TLSVersion.TLSv1_2)
        with connect(witness, using) as first:
            session = first.session
        raw = socket.create_connection((witness.address, witness.port), timeout=10)
        with using.wrap_socket(raw, server_hostname=HOST, session=session) as second:
            assert not second.session_reused
    assert [fact.facts["label"] for fact in seen(witness, "presented")] == ["active", "backup"]


def test_a_refusal_is_a_fact_with_an_alert(world: Path) -> None:
    with origin(world) as witness, pytest.raises(ssl.SSLCertVerificationError):
        connect(witness, context(world, "rogue"))
    assert [fact.facts["name"] for fact in seen(witness, "alert")] == ["unknown_ca"]
    assert seen(witness, "handshake_failed")
    assert seen(witness, "closed")[0].facts["app_bytes"] == 0


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("clear", f"GET /{CANARY} HTTP/1.1\r\n\r\n".encode()),
        ("disguised", base64.b64encode(b"secret=" + CANARY.encode())),
        ("after a broken hello", bytes.fromhex("160301000402000000") + CANARY.encode()),
    ],
)
def test_the_canary_in_clear_is_seen(world: Path, name: str, data: bytes) -> None:
    with origin(world) as witness, socket.create_connection((witness.address, witness.port)) as raw:
        raw.sendall(data)
    assert [fact.facts["where"] for fact in seen(witness, "canary_seen")] == ["clear"], name
    assert seen(witness, "not_tls")


def test_the_canary_in_clear_after_a_refused_handshake_is_seen(world: Path) -> None:
    with origin(world) as witness:
        using = context(world, "rogue")
        with socket.create_connection((witness.address, witness.port), timeout=10) as raw:
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = using.wrap_bio(incoming, outgoing, server_hostname=HOST)
            with pytest.raises(ssl.SSLWantReadError):
                tls.do_handshake()
            raw.sendall(outgoing.read())
            with pytest.raises(ssl.SSLCertVerificationError):
                while True:
                    incoming.write(raw.recv(65536))
                    try:
                        tls.do_handshake()
                    except ssl.SSLWantReadError:
                        raw.sendall(outgoing.read())
            raw.sendall(outgoing.read() + f"GET /{CANARY}".encode())
    assert [fact.facts["where"] for fact in seen(witness, "canary_seen")] == ["clear"]


def test_the_canary_in_sni_is_seen(world: Path) -> None:
    using = context(world)
    using.check_hostname = False
    with origin(world) as witness, connect(witness, using, name=f"{CANARY}.test"):
        pass
    assert {fact.facts["where"] for fact in seen(witness, "canary_seen")} == {"clear", "sni"}


def test_hostile_bytes_do_not_write_the_journal(world: Path) -> None:
    line = 'x\r\n{"seq":1,"who":"origin","what":"sealed"}'
    with origin(world) as witness, connect(witness, context(world)) as secured:
        secured.sendall(f"GET /{line} HTTP/1.1\r\n\r\n".encode())
    with origin(world) as other, socket.create_connection((other.address, other.port)) as raw:
        raw.sendall(line.encode())
    assert len(seen(witness, "sealed")) == len(seen(other, "sealed")) == 1


def test_a_client_that_never_speaks_ends_at_the_deadline(world: Path) -> None:
    with origin(world, deadline_ms=100) as witness:
        with socket.create_connection((witness.address, witness.port)) as raw:
            assert raw.recv(1) == b""
        assert witness.settle()
    assert seen(witness, "closed")[0].facts["how"] == "deadline"


def test_settle_reads_what_is_still_on_its_way(world: Path) -> None:
    with origin(world) as witness:
        for _ in range(20):
            with connect(witness, context(world)) as secured:
                secured.sendall(b"x")
        assert witness.settle()
        assert len(seen(witness, "closed")) == 20
        assert sum(fact.facts["app_bytes"] for fact in seen(witness, "closed")) == 20


def test_it_seals_at_sigterm_too(world: Path) -> None:
    with origin(world) as witness:
        witness.child.kill(signal.SIGTERM)
        witness.close()
        assert witness.sealed


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"queue": []}, "queue: needs at least one presentation"),
        ({"queue": [{"label": "x", "chain": "/nowhere.pem", "key": "/nowhere.key"}]}, "queue[0].chain: "),
        ({"quue": []}, "quue: unknown key"),
        ({"schema": "pinlab.origin/2"}, 'schema: expected "pinlab.origin/1"'),
        ({"listen": {"address": "192.0.2.1"}}, "listen.address: is beyond loopback"),
    ],
)
def test_a_bad_brief_is_named_by_its_path(world: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(WitnessError) as caught, origin(world, **{"queue": [step(world, "active")], **change}):
        pass
    assert message in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_port_in_use_is_exit_3(world: Path) -> None:
    with origin(world) as first, pytest.raises(WitnessError) as caught:
        with origin(world, listen={"port": first.port}):
            pass
    assert caught.value.exit_code == 3


def test_a_brief_from_a_file_leaves_stdin_for_commands(world: Path, tmp_path: Path) -> None:
    brief = tmp_path / "brief.json"
    brief.write_text(json.dumps({"schema": "pinlab.origin/1", "queue": [step(world, "active")]}))
    ran = subprocess.run(
        [program("pinlab-origin"), "--brief", str(brief)],
        input="settle\nunheard of\n",
        capture_output=True,
        text=True,
        timeout=10,
        check=True,
    )
    whats = [json.loads(line)["what"] for line in ran.stdout.splitlines()]
    assert whats == ["listening", "settled", "unknown_command", "sealed"]


PARENT = """
import json, subprocess, sys
child = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
child.stdin.write(sys.argv[2].encode() + b"\\n")
child.stdin.flush()
print(json.loads(child.stdout.readline())["port"], child.pid, flush=True)
sys.stdin.read()
"""


def test_a_killed_runner_leaves_no_witness_behind(world: Path) -> None:
    """Not even one that would wait for an open connection to end before it seals."""
    brief = json.dumps({"schema": "pinlab.origin/1", "deadline_ms": 60_000, "queue": [step(world, "active")]})
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, program("pinlab-origin"), brief],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        port, pid = map(int, parent.stdout.readline().split())
        ended = os.pidfd_open(pid)
        with socket.create_connection(("127.0.0.1", port), timeout=10):
            parent.kill()
            gone, *_ = select.select([ended], [], [], 10)
        os.close(ended)
    assert gone
