"""pinlab-origin and pinlab-mitm as other programs meet them: real sockets, Python's own TLS, hostile bytes."""

from __future__ import annotations

import base64
import http.client
import json
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pinlab.evidence import Observation
from pinlab.mint import mint_world
from pinlab.tools import program
from pinlab.witness import Witness, WitnessError
from tests.minted import standard_cast

pytestmark = pytest.mark.usefixtures("programs")
NOW = int(time.time())
"""Real clients look at the real clock."""

CANARY = "c0ffee0123456789"
HOST = "shop.test"


@pytest.fixture(scope="module")
def world(programs: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The standard world on disk."""
    return mint_world(standard_cast(), now=NOW, folder=tmp_path_factory.mktemp("world")).path


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


def fetch(witness: Witness, using: ssl.SSLContext, path: str = f"/{CANARY}") -> bytes:
    """One request on a connection of its own; the body."""
    connection = http.client.HTTPSConnection(witness.address, witness.port, timeout=10)
    connection.sock = connect(witness, using)
    connection.request("GET", path, headers={"Host": HOST})
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
        one = f"GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n"
        secured.sendall((one + one + one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")).encode())
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


@pytest.mark.parametrize("lie", ["rogue_ca", "misissued", "smuggled_pin", "tamper_response"])
def test_the_interceptor_decrypts_what_a_client_without_pins_sends(world: Path, lie: str) -> None:
    with origin(world) as server, mitm(world, server.port, {"kind": lie}) as attacker:
        body = fetch(attacker, context(world, "root", "rogue"))
    assert body.startswith(b"pwned!" if lie == "tamper_response" else b"pinlab")
    assert [fact.facts["where"] for fact in seen(attacker, "canary_seen")] == ["tls"]
    assert seen(attacker, "upstream")[0].facts["local"] == seen(server, "accepted")[0].facts["peer"]
    assert bool(seen(attacker, "tampered")) == (lie == "tamper_response")


def test_passing_through_leaves_tls_to_both_ends(world: Path) -> None:
    with origin(world) as server, mitm(world, server.port, {"kind": "pass_through"}) as attacker:
        assert fetch(attacker, context(world)).startswith(b"pinlab")
    assert seen(attacker, "canary_seen") == []
    assert seen(attacker, "closed")[0].facts["app_bytes"] == 0
    assert seen(server, "canary_seen")


def test_a_stolen_chain_fails_at_the_proof_of_possession(world: Path) -> None:
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        with (
            origin(world) as server,
            mitm(world, server.port, {"kind": "stolen_chain"}) as attacker,
            pytest.raises(ssl.SSLError, match=r"(?i)signature"),
        ):
            connect(attacker, context(world, version=version))
        assert seen(attacker, "presented")[0].facts["chain"] == seen(server, "presented")[0].facts["chain"]


def test_the_origin_is_reached_only_when_a_step_needs_it(world: Path) -> None:
    with origin(world) as server, mitm(world, server.port, {"kind": "reset"}) as attacker:
        with pytest.raises(OSError):
            connect(attacker, context(world))
    assert seen(attacker, "dropped")[0].facts["how"] == "reset"
    assert seen(server, "accepted") == []


def test_a_script_is_three_steps_and_no_code(world: Path) -> None:
    script = [{"kind": "pass_through"}, {"kind": "self_signed"}, {"kind": "pass_through"}]
    with origin(world) as server, mitm(world, server.port, *script) as attacker:
        fetch(attacker, context(world))
        with pytest.raises(ssl.SSLCertVerificationError):
            connect(attacker, context(world))
        fetch(attacker, context(world))
    assert [fact.facts["kind"] for fact in seen(attacker, "decided")] == [one["kind"] for one in script]


def test_it_is_a_connect_proxy_where_the_brief_says_so(world: Path) -> None:
    with origin(world) as server, mitm(world, server.port, {"kind": "rogue_ca"}, proxy="connect") as attacker:
        with socket.create_connection((attacker.address, attacker.port), timeout=10) as raw:
            raw.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\nX: {CANARY}\r\n\r\n".encode())
            assert raw.recv(1000).startswith(b"HTTP/1.1 200 ")
            with context(world, "rogue").wrap_socket(raw, server_hostname=HOST) as secured:
                secured.sendall(f"GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
                assert secured.recv(1000).startswith(b"HTTP/1.1 200 ")
    assert seen(attacker, "connect_request")[0].facts["host"] == HOST
    assert [fact.facts["where"] for fact in seen(attacker, "canary_seen")] == ["connect"]


def test_an_interceptor_without_its_origin_says_so(world: Path) -> None:
    with mitm(world, None, {"kind": "rogue_ca"}) as attacker, pytest.raises((OSError, ssl.SSLError)):
        connect(attacker, context(world, "rogue"))
    assert seen(attacker, "upstream_failed")


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


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ([], "script: needs at least one step"),
        ([{"kind": "rouge_ca"}], 'script[0].kind: no attack is called "rouge_ca"'),
        ([{"kind": "reset", "params": {"key": "x"}}], "script[0].params.key: unknown key"),
        ([{"kind": "reset", "times": 0}], "script[0].times: expected 1 to"),
    ],
)
def test_a_bad_script_is_named_by_its_path(world: Path, script: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(WitnessError) as caught, mitm(world, None, *script):
        pass
    assert message in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_port_in_use_is_exit_3(world: Path) -> None:
    with origin(world) as first, pytest.raises(WitnessError) as caught:
        with origin(world, listen={"port": first.port}):
            pass
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("name", ["pinlab-origin", "pinlab-mitm"])
def test_a_program_by_hand_explains_itself(name: str, tmp_path: Path) -> None:
    told = subprocess.run([program(name), "--help"], capture_output=True, text=True, timeout=10, check=True)
    assert "--brief FILE" in told.stdout
    empty = subprocess.run(
        [program(name)], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=10
    )
    assert (empty.returncode, "found nothing" in empty.stderr) == (2, True)
    wrong = subprocess.run([program(name), "--no-such"], capture_output=True, text=True, timeout=10)
    assert (wrong.returncode, "unknown option" in wrong.stderr) == (2, True)


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
