"""What one visit leaves to the next, met by Python's own TLS and by openssl: tickets, early data, marks."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pinlab.clients.api import Command
from pinlab.clients.session import Talk
from pinlab.core.enums import Verdict
from pinlab.processes.binaries import program
from pinlab.runner.case_result import run_case
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.cases import Case
from pinlab.witnesses.witness import Witness
from pinlab_clients.reference import Reference
from tests.support.witnesses import CANARY, HOST, context, mitm, origin, seen, standard_world, step

pytestmark = pytest.mark.usefixtures("programs")
VERSIONS = pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
KEY = "5a" * 80
OTHER_KEY = "a5" * 80
REQUEST = f"GET /{CANARY} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def world(programs: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The standard world on disk."""
    return standard_world(tmp_path_factory.mktemp("world"))


def visit(
    witness: Witness, using: ssl.SSLContext, session: ssl.SSLSession | None = None
) -> tuple[ssl.SSLSession | None, bool]:
    """One request; the session afterwards, and whether the one that was given was taken up."""
    with (
        socket.create_connection((witness.address, witness.port), timeout=10) as plain,
        using.wrap_socket(plain, server_hostname=HOST, session=session) as secured,
    ):
        secured.sendall(REQUEST.encode())
        while secured.recv(4096):
            pass
        return secured.session, bool(secured.session_reused)


def resumes(witness: Witness, using: ssl.SSLContext) -> bool:
    """Whether a second visit resumes the session of the first."""
    session, reused = visit(witness, using)
    assert not reused
    return visit(witness, using, session)[1]


@VERSIONS
def test_shared_tickets_hide_the_next_certificate(world: Path, version: ssl.TLSVersion) -> None:
    queue = [step(world, "active", tickets="shared"), step(world, "backup", tickets="shared")]
    with origin(world, *queue) as witness:
        assert resumes(witness, context(world, version=version))
    assert [fact.facts["label"] for fact in seen(witness, "presented")] == ["active"]
    (observed,) = seen(witness, "resumed")
    assert (observed.conn, observed.facts["step"], observed.facts["label"]) == (2, 1, "backup")


@VERSIONS
def test_bound_tickets_are_good_for_the_same_certificates_only(world: Path, version: ssl.TLSVersion) -> None:
    using = context(world, version=version)
    with origin(world, step(world, "active"), step(world, "backup")) as witness:
        assert not resumes(witness, using)
    assert [fact.facts["label"] for fact in seen(witness, "presented")] == ["active", "backup"]
    with origin(world) as witness:
        assert resumes(witness, using)


@VERSIONS
def test_without_tickets_nothing_is_resumed(world: Path, version: ssl.TLSVersion) -> None:
    with origin(world, step(world, "active", tickets="none")) as witness:
        assert not resumes(witness, context(world, version=version))
    assert seen(witness, "resumed") == []


def test_a_session_id_needs_no_ticket(world: Path) -> None:
    using = context(world, version=ssl.TLSVersion.TLSv1_2)
    using.options |= ssl.OP_NO_TICKET
    with origin(world, step(world, "active", tickets="ids")) as witness:
        assert resumes(witness, using)


@VERSIONS
def test_anyone_who_has_the_ticket_key_resumes(world: Path, version: ssl.TLSVersion) -> None:
    using = context(world, version=version)
    shared = step(world, "active", tickets="shared")
    with (
        origin(world, shared, ticket_key=KEY) as entry,
        origin(world, shared, ticket_key=KEY) as same,
        origin(world, shared, ticket_key=OTHER_KEY) as stranger,
    ):
        session, _ = visit(entry, using)
        assert visit(same, using, session)[1]
        assert not visit(stranger, using, session)[1]


@VERSIONS
def test_the_interceptor_takes_up_a_session_with_the_stolen_key(world: Path, version: ssl.TLSVersion) -> None:
    using = context(world, version=version)
    with (
        origin(world, step(world, "active", tickets="shared"), ticket_key=KEY) as server,
        mitm(world, server.port, {"kind": "resume_stolen"}, ticket_key=KEY, alpn=["http/1.1"]) as thief,
    ):
        session, _ = visit(server, using)
        assert visit(thief, using, session)[1], "a client that knows only the genuine root goes on"
        with pytest.raises(ssl.SSLCertVerificationError):
            visit(thief, using)
    assert seen(thief, "resumed")[0].facts["label"] == "resume_stolen"
    assert [fact.conn for fact in seen(thief, "presented")] == [2]
    assert [fact.conn for fact in seen(thief, "canary_seen")] == [1]


def s_client(witness: Witness, world: Path, *options: str) -> str:
    """openssl with a request on its stdin; what it prints."""
    argv = ["openssl", "s_client", "-tls1_3", "-connect", f"{witness.address}:{witness.port}", "-servername"]
    argv += [HOST, "-CAfile", str(world / "authorities/root.pem"), "-ign_eof", *options]
    ran = subprocess.run(argv, input=REQUEST, capture_output=True, text=True, timeout=20, check=False)
    return ran.stdout


@pytest.mark.parametrize("taken", [True, False])
def test_early_data_is_read_where_the_step_takes_it(world: Path, tmp_path: Path, taken: bool) -> None:
    stored, early = tmp_path / "session.pem", tmp_path / "early"
    early.write_text(REQUEST)
    grants = step(world, "active", tickets="shared", early_data=True)
    with origin(world, grants, {**grants, "early_data": taken}) as witness:
        s_client(witness, world, "-sess_out", str(stored))
        output = s_client(witness, world, "-sess_in", str(stored), "-early_data", str(early))
    assert ("Early data was accepted" in output) == taken
    facts = [(fact.conn, fact.facts["bytes"]) for fact in seen(witness, "early_data")]
    assert facts == ([(2, len(REQUEST))] if taken else [])
    assert seen(witness, "client_hello")[1].facts["early_data"] is True
    assert [fact.conn for fact in seen(witness, "resumed")] == [2]
    assert 2 in [fact.conn for fact in seen(witness, "canary_seen")]
    assert 2 in [fact.conn for fact in seen(witness, "response")]


def test_a_mark_reads_what_has_arrived_and_leaves_connections_open(world: Path) -> None:
    with origin(world) as witness:
        plain = socket.create_connection((witness.address, witness.port), timeout=10)
        with context(world).wrap_socket(plain, server_hostname=HOST) as secured:
            for count in (1, 2, 3):
                secured.sendall(b"GET / HTTP/1.1\r\nHost: " + HOST.encode() + b"\r\n\r\n")
                assert witness.mark()
                assert len(seen(witness, "request")) == count
                assert seen(witness, "closed") == []
    assert [fact.facts["open"] for fact in seen(witness, "marked")] == [1, 1, 1]


@pytest.mark.parametrize("bad", [{"ticket_key": "5a"}, {"ticket_key": "zz" * 80}])
def test_a_bad_ticket_key_is_refused(world: Path, bad: dict[str, str]) -> None:
    brief = {"schema": "pinlab.origin/1", "queue": [step(world, "active")], **bad}
    argv = [str(program("pinlab-origin"))]
    ran = subprocess.run(
        argv, input=json.dumps(brief), capture_output=True, text=True, timeout=10, check=False
    )
    assert ran.returncode == 2
    assert "ticket_key" in ran.stderr


def client_brief(world: Path, witness: Witness, **more: object) -> dict[str, object]:
    listing = json.loads((world / "world.json").read_text())
    return {
        "schema": "pinlab.brief/1",
        "url": f"https://{HOST}:{witness.port}/pinlab/{CANARY}",
        "host": HOST,
        "port": witness.port,
        "address": witness.address,
        "ca_file": str(world / "authorities/root.pem"),
        "pins": [listing["keys"][name]["pin"] for name in ("active", "backup")],
        "canary": CANARY,
        **more,
    }


NATIVE = pytest.mark.parametrize("argv", [["pinlab-client"], ["pinlab-flawed", "--flaw", "none"]])


@NATIVE
def test_a_session_answers_line_by_line(world: Path, argv: list[str]) -> None:
    """A refusal, and even pins that no one can read, are answers: the session goes on."""
    with origin(world) as witness:
        brief = client_brief(world, witness, session=True)
        further: list[dict[str, object]] = [
            {"canary": CANARY, "path": "/two", "pins": ["sha256/" + "A" * 43 + "="]},
            {"canary": CANARY, "path": "/three", "pins": ["nonsense"]},
            {"canary": CANARY, "path": "/four", "clock_s": 400 * 86400},
            {"canary": CANARY, "path": "/five", "host": "other.test"},
            {"canary": CANARY, "path": "/six", "pins": None},
        ]
        ran = talk(argv, [brief, *further])
    outcomes = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [outcome["reason"] for outcome in outcomes] == [
        None,
        "pin_mismatch",
        "config_invalid",
        "cert_expired",
        "name_mismatch",
        None,
    ]
    assert ran.returncode == 0
    assert [fact.facts["target"] for fact in seen(witness, "request")] == [f"/pinlab/{CANARY}", "/six"]
    assert not any(fact.facts["ticket"] for fact in seen(witness, "client_hello"))


@NATIVE
@pytest.mark.parametrize("line", [{"path": "/x"}, {"canary": CANARY, "path": "/x", "unheard": 1}])
def test_a_bad_request_line_is_a_fault(world: Path, argv: list[str], line: dict[str, object]) -> None:
    with origin(world) as witness:
        ran = talk(argv, [client_brief(world, witness, session=True), line])
    assert ran.returncode == 2
    assert len(ran.stdout.splitlines()) == 1


def talk(argv: list[str], lines: list[dict[str, object]]) -> subprocess.CompletedProcess[str]:
    text = "".join(json.dumps(line) + "\n" for line in lines)
    command = [str(program(argv[0])), *argv[1:]]
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=30, check=False)


def case_of(case_runner: CaseRunner, name: str, tls: str) -> Case:
    return next(case for case in case_runner.cases() if (case.scenario.id, case.tls) == (name, tls))


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_a_careful_client_that_resumes_is_served_without_a_certificate(
    tls: str, open_case_runner: Callable[[str], CaseRunner]
) -> None:
    case_runner = open_case_runner("flawed:trusts_ticket_keys")
    case = case_of(case_runner, "session/resume_good", tls)
    assert run_case(case_runner, case).verdict == Verdict.SERVED
    second = [fact.what for fact in case_runner.evidence(case).visits[1].observations]
    assert "resumed" in second and "presented" not in second
    assert (
        run_case(case_runner, case_of(case_runner, "session/resume_after_pin_change", tls)).verdict
        == Verdict.HELD
    )


def test_early_data_reaches_the_thief_before_the_handshake_is_over(
    open_case_runner: Callable[[str], CaseRunner],
) -> None:
    case_runner = open_case_runner("flawed:sends_early_data")
    case = case_of(case_runner, "session/early_data_rogue", "1.3")
    assert run_case(case_runner, case).verdict == Verdict.BREACHED
    second = [fact.what for fact in case_runner.evidence(case).visits[1].observations if fact.who == "mitm"]
    assert second.index("early_data") < second.index("canary_seen") < second.index("handshake_done")
    assert "presented" not in second


def test_a_client_of_one_visit_is_not_asked(open_case_runner: Callable[[str], CaseRunner]) -> None:
    result = run_case(
        open_case_runner("curl"), case_of(open_case_runner("curl"), "session/resume_good", "1.3")
    )
    assert result.verdict == Verdict.UNSUPPORTED
    assert "one visit" in result.cause


def test_a_session_that_dies_early_claims_nothing_for_the_rest() -> None:
    command = Command(["sh", "-c", "read line; echo broken; exit 7"], {"PATH": "/usr/bin:/bin"}, "x\n")
    made = Talk(command, Reference(), 5)
    first = made.receive(())
    made.ask("y\n")
    second = made.receive(())
    last = made.end(second)
    assert (first.outcome.claim, second.outcome.claim) == (None, None)
    assert last is not None and last.exit_code == 7 and not last.timed_out
