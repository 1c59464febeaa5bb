"""pinlab-mitm as other programs meet it: it attacks, relays, follows its script and journals what it saw."""

from __future__ import annotations

import hashlib
import socket
import ssl
import subprocess
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
    mitm,
    origin,
    seen,
    standard_world,
)

pytestmark = pytest.mark.usefixtures("programs")


@pytest.fixture(scope="module")
def world(programs: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The standard world on disk."""
    return standard_world(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize("attack", ["rogue_ca", "misissued", "smuggled_pin", "tamper_response"])
def test_the_interceptor_decrypts_what_a_client_without_pins_sends(world: Path, attack: str) -> None:
    with origin(world) as server, mitm(world, server.port, {"kind": attack}) as attacker:
        body = fetch(attacker, context(world, "root", "rogue"))
    assert body.startswith(b"pwned!" if attack == "tamper_response" else b"pinlab")
    assert [fact.facts["where"] for fact in seen(attacker, "canary_seen")] == ["tls"]
    assert seen(attacker, "upstream")[0].facts["local"] == seen(server, "accepted")[0].facts["peer"]
    assert bool(seen(attacker, "tampered")) == (attack == "tamper_response")


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
    assert [fact.facts["kind"] for fact in seen(attacker, "decided")] == [entry["kind"] for entry in script]


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
    ("script", "message"),
    [
        ([], "script: needs at least one step"),
        ([{"kind": "rouge_ca"}], 'script[0].kind: no attack is called "rouge_ca"'),
        ([{"kind": "reset", "params": {"key": "x"}}], "script[0].params.key: unknown key"),
        ([{"kind": "fault", "params": {"after": "accept"}}], "script[0].params.after: an attack begins at"),
        ([{"kind": "fault", "params": {"do": "rest"}}], 'script[0].params.do: no fault is called "rest"'),
        ([{"kind": "reset", "times": 0}], "script[0].times: expected 1 to"),
    ],
)
def test_a_bad_script_is_named_by_its_path(world: Path, script: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(WitnessError) as caught, mitm(world, None, *script):
        pass
    assert message in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", ["pinlab-origin", "pinlab-mitm"])
def test_a_program_by_hand_explains_itself(name: str, tmp_path: Path) -> None:
    completed = subprocess.run(
        [program(name), "--help"], capture_output=True, text=True, timeout=10, check=True
    )
    assert "--brief FILE" in completed.stdout
    empty = subprocess.run(
        [program(name)], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=10
    )
    assert (empty.returncode, "found nothing" in empty.stderr) == (2, True)
    wrong = subprocess.run([program(name), "--no-such"], capture_output=True, text=True, timeout=10)
    assert (wrong.returncode, "unknown option" in wrong.stderr) == (2, True)


def test_a_prebuilt_forgery_is_announced_and_shown_each_time(world: Path) -> None:
    chain = str(world / "identities/active.chain.pem")
    script: list[dict[str, Any]] = [
        {"kind": "pass_through"},
        {"kind": "misissued"},
        {"kind": "rogue_ca", "params": {"key": "active"}},
    ]
    with origin(world) as server, mitm(world, server.port, *script, foreseen=[chain]) as attacker:
        facts = attacker.observations[0].facts["prepared"]
        fetch(attacker, context(world))
        shown = [leaf_of(attacker, context(world, "root", "rogue")) for _ in range(3)]
    assert [entry["step"] for entry in facts] == [1, 2]
    assert [hashlib.sha256(der).hexdigest() for der in shown] == [facts[n]["cert_sha256"] for n in (0, 1, 1)]
    assert facts[0]["pin"] != facts[1]["pin"]


def test_an_unforeseen_chain_is_forged_when_the_client_connects(world: Path) -> None:
    chain = str(world / "identities/backup.chain.pem")
    with (
        origin(world) as server,
        mitm(world, server.port, {"kind": "misissued"}, foreseen=[chain]) as attacker,
    ):
        facts = attacker.observations[0].facts["prepared"]
        shown = leaf_of(attacker, context(world))
    assert hashlib.sha256(shown).hexdigest() not in [entry["cert_sha256"] for entry in facts]


def test_nothing_is_announced_where_nothing_is_foreseen(world: Path) -> None:
    with mitm(world, 1, {"kind": "misissued"}) as attacker:
        assert "prepared" not in attacker.observations[0].facts


def test_a_chain_that_cannot_be_read_is_an_error_of_the_brief(world: Path) -> None:
    with pytest.raises(WitnessError, match=r"foreseen.*nowhere\.pem") as error:
        with mitm(world, 1, {"kind": "misissued"}, foreseen=[str(world / "nowhere.pem")]):
            pass
    assert error.value.exit_code == 2
