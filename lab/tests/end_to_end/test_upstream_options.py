"""What `--upstream` refuses before anything starts, what is called secret, and how a relay is judged."""

from __future__ import annotations

import pickle
import socket
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pinlab.catalogue.registry import known_kinds
from pinlab.catalogue.steps import AttackStep
from pinlab.cli.app import main
from pinlab.core.errors import UsageError
from pinlab.evidence.model import Observation
from pinlab.judge.expectation import Expectation
from pinlab.judge.judge import judge
from pinlab.judge.verdicts import Judgement
from pinlab.upstream.canary_patterns import read_secrets
from pinlab.upstream.catalogue import catalogue_for
from pinlab.upstream.extension import UpstreamRun
from pinlab.upstream.reasons import IMPOSSIBLE, reasons
from pinlab.upstream.target import Secret, UpstreamTarget
from tests.support.evidence_factory import acceptance, accepted, closed, conn, decided, evidence, hello, run
from tests.support.staging_servers import staging

PIN = "sha256/" + "A" * 43 + "="
PLAIN = UpstreamTarget("localhost:8443", "localhost", "127.0.0.1", 8443, (PIN,))


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["--upstream", "192.0.2.7:443"], "192.0.2.7 is 192.0.2.7, which is not this machine"),
        (["--upstream", "192.0.2.7:443", "--i-may-test", "192.0.2.8"], "add --i-may-test 192.0.2.7"),
        (["--upstream", "https://localhost:8443/"], "--upstream wants HOST:PORT"),
        (["--upstream", "localhost:99999"], "--upstream wants HOST:PORT"),
        (["--script", "x.toml"], "--script belongs to --upstream HOST:PORT"),
        (["--canary", "any"], "--canary belongs to --upstream HOST:PORT"),
        (["--upstream", "localhost:1", "--host", "a b"], "--host wants a host name"),
        (["--upstream", "localhost:1", "--path", "orders"], "--path wants a path"),
        (["--upstream", "localhost:1", "--ca", "gone.pem"], "--ca gone.pem: cannot be read"),
        (["--upstream", "localhost:1", "--mitm-port", "70000"], "--mitm-port wants a number"),
        (
            ["--upstream", "localhost:1", "--canary", "cookie:s3cret-word"],
            "--canary is any, header:NAME=PATTERN",
        ),
        (["--upstream", "127.0.0.1:1"], "cannot be reached: Connection refused; is it running?"),
    ],
)
@pytest.mark.parametrize("command", ["run", "serve"])
def test_what_cannot_be_is_refused_in_words(
    command: str, words: list[str], text: str, programs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, *words]) == 2
    output = capsys.readouterr().err
    assert text in output and "s3cret-word" not in output


def test_a_server_that_speaks_no_tls_is_named(programs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def answer() -> None:
            with listener.accept()[0] as plain:
                plain.recv(4096)
                plain.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        assert main(["run", "--upstream", f"127.0.0.1:{port}"]) == 2
        thread.join(10)
    assert "answers, but not with a TLS handshake: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("kind = 'rouge_ca'", "script.toml attack[0].kind: no kind of attack is called"),
        ("kind = 'rogue_ca'\nuntil = 'exchange'", 'attack[0]: each step is played by itself; remove "until"'),
        ("kind = 'rogue_ca'\ntimes = 21", "attack[0]: times is how often the client is asked; 20 are enough"),
        ("kind = 'resume_stolen'", "resume_stolen cannot be played in front of an upstream"),
    ],
)
def test_a_script_that_cannot_be_played_names_its_place(
    tmp_path: Path, script: str, text: str, programs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "script.toml"
    path.write_text(f"[[attack]]\n{script}\n", encoding="utf-8")
    with staging(tmp_path) as server:
        assert main(["run", *server.options, "--script", str(path)]) == 2
    assert text in capsys.readouterr().err


def test_the_labs_own_suites_mean_nothing_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--upstream", "localhost:1", "--suite", "smoke"]) == 2
    assert "--upstream plays a --script" in capsys.readouterr().err


def test_secrets_are_read_and_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGING_TOKEN", "Bearer abc*")
    words = ["header:Authorization=$STAGING_TOKEN", "path:/orders/*", "any", "body:pass*word"]
    found = read_secrets(words)
    assert [(secret.where, secret.name, secret.match) for secret in found] == [
        ("header", "Authorization", "Bearer abc*"),
        ("path", "", "/orders/*"),
        ("body", "", "pass*word"),
    ]
    assert [secret.words for secret in found] == [("Bearer abc",), ("/orders/",), ("pass*word",)]
    assert "Bearer" not in repr(found) and "Bearer" not in str(found[0].to_watch(hidden=True))
    assert read_secrets(["any"]) == ()


@pytest.mark.parametrize(
    "word",
    [
        "header:s3cret-word",
        "header:a b=s3cret-word",
        "s3cret-word",
        "path:",
        "body:" + "s3cret-word" * 30,
        "path:$NO_SUCH_S",
    ],
)
def test_a_bad_secret_is_refused_without_being_shown(word: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_secrets([word])
    assert "s3cret-word" not in str(caught.value)
    with pytest.raises(UsageError, match="more than 16"):
        read_secrets(["path:/x"] * 17)


def test_it_travels_to_a_worker_unchanged() -> None:
    upstream = replace(PLAIN, secrets=(Secret("header", "Bearer *", "Authorization"),), may_test=("a.test",))
    assert pickle.loads(pickle.dumps(UpstreamRun(upstream))) == UpstreamRun(upstream)


@pytest.mark.usefixtures("programs")
def test_every_kind_of_attack_has_its_reasons_or_is_impossible() -> None:
    for kind in known_kinds():
        if kind in ("pass_through", *IMPOSSIBLE):
            continue
        step = AttackStep.model_validate({"kind": kind})
        strange, known = reasons(step, "stranger", True), reasons(step, "rogue", True)
        assert strange and known and len(set(strange)) == len(strange)
        assert reasons(step, "rogue", False) == strange, "a CA that is not installed is a stranger"
    rogue = AttackStep.model_validate({"kind": "rogue_ca"})
    assert reasons(rogue, "rogue", True)[0] == "pin_mismatch"


@pytest.mark.usefixtures("programs")
def test_names_of_hosts_and_paths_survive_the_way_through_a_file(tmp_path: Path) -> None:
    path = tmp_path / "script.toml"
    text = "[[attack]]\nkind = 'plain_http'\nbody = 'quote \" back \\ slash é'\n"
    path.write_text(text, encoding="utf-8")
    catalogue = catalogue_for(replace(PLAIN, script=str(path)), known_kinds())
    assert list(catalogue.scenarios) == ["upstream/genuine", "upstream/step_1_plain_http"]
    step = catalogue.scenarios["upstream/step_1_plain_http"]
    assert step.attack[0].params["body"] == 'quote " back \\ slash é'
    assert step.control == "upstream/genuine" and step.host == "localhost"


def relay(**facts: Any) -> list[Observation]:
    """A connection that was passed on unread."""
    head = (accepted(), hello(), decided("pass_through", "relay"))
    return conn("mitm", 1, *head, {"what": "relayed", "bytes_up": 700, "bytes_down": 3000, **facts}, closed())


def judged(seen: list[Observation], claim: str) -> Judgement:
    """By the expectation of the genuine server."""
    expectation: Expectation = replace(acceptance(True), any_byte=True)
    return judge(expectation, evidence(seen, run(claim)))


@pytest.mark.parametrize(
    ("facts", "claim", "verdict", "cause"),
    [
        ({"server_showed": True, "client_spoke": 1}, "accept", "SERVED", "its request arrived"),
        ({"server_showed": True, "client_spoke": 0}, "reject", "LOCKED_OUT", "a legitimate presentation was"),
        ({"server_showed": True, "client_spoke": 0}, "accept", "INCONCLUSIVE", "no application byte arrived"),
        ({"server_showed": True, "client_spoke": 2}, "reject", "INCONCLUSIVE", "but its request arrived"),
        (
            {"server_showed": False, "client_spoke": 0, "server_alert": "handshake_failure"},
            "reject",
            "INCONCLUSIVE",
            "the server itself refused on mitm connection 1 (pass_through): handshake_failure",
        ),
        (
            {"server_showed": False, "client_spoke": 0},
            "reject",
            "INCONCLUSIVE",
            "not a legitimate presentation",
        ),
    ],
)
def test_a_relay_is_judged_by_what_its_records_show(
    facts: dict[str, Any], claim: str, verdict: str, cause: str
) -> None:
    judgement = judged(relay(**facts), claim)
    assert judgement.verdict == verdict and cause in judgement.cause, judgement.cause


def test_elsewhere_a_relay_alone_serves_no_one() -> None:
    seen = relay(server_showed=True, client_spoke=3)
    assert judge(acceptance(True), evidence(seen, run("accept"))).verdict == "INCONCLUSIVE"


def test_a_connection_for_another_name_is_named() -> None:
    head = (accepted(), hello("other.test"), decided("pass_through", "relay"))
    judgement = judged(conn("mitm", 1, *head, closed()), "accept")
    assert (
        judgement.verdict == "INCONCLUSIVE"
        and "1 connections for other hosts (other.test)" in judgement.cause
    )
