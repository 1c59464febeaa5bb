"""`pinlab run --upstream`: the user's own server is the control; anyone who stands in its place is refused."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from tests.support.cli import Ended, pinlab, template
from tests.support.staging_servers import Staging, staging
from tests.support.witnesses import HOST, origin, standard_world

pytestmark = pytest.mark.usefixtures("programs")

SCRIPT = "[[attack]]\nkind = 'rogue_ca'\n[[attack]]\nkind = 'self_signed'\n"
GENUINE, ROGUE, SELF_SIGNED = "upstream/genuine", "upstream/step_1_rogue_ca", "upstream/step_2_self_signed"
ALL = (GENUINE, ROGUE, SELF_SIGNED)
EXIT_ONLY = "{address} {port} {host} @CA@ @PIN@ {canary}"


def run(folder: Path, *words: str, script: str = SCRIPT) -> Ended:
    """`pinlab run` with a short script."""
    path = folder / "script.toml"
    path.write_text(script, encoding="utf-8")
    return pinlab(folder, "run", *words, "--script", str(path), "--timeout", "5")


def compiled_in(server: Staging, pin: str) -> list[str]:
    """A client that no one tells anything: its pins and anchors are its own, its exit status is its word."""
    words = EXIT_ONLY.replace("@CA@", shlex.quote(str(server.ca))).replace(
        "@PIN@", pin.removeprefix("sha256/")
    )
    return ["--command", template("honest", words), "--via", "address"]


def pin_of(server: Staging, name: str) -> str:
    """The pin of one of its keys."""
    listing = json.loads((server.world / "world.json").read_text(encoding="utf-8"))
    return str(listing["keys"][name]["pin"])


def words(ended: Ended) -> list[str]:
    """The verdicts in order."""
    assert [entry["scenario"] for entry in ended.document["results"]] == list(ALL), ended.err
    return [entry["verdict"] for entry in ended.document["results"]]


def test_a_pinned_client_passes_in_front_of_our_origin(tmp_path: Path) -> None:
    world = standard_world(tmp_path / "staging")
    with origin(world) as server:
        where = ["--upstream", f"127.0.0.1:{server.port}", "--host", HOST]
        ca = ["--ca", str(world / "authorities/root.pem")]
        ended = run(tmp_path, *where, *ca, "--client", "reference")
    assert (words(ended), ended.status) == (["SERVED", "HELD", "HELD"], 0)
    rogue = ended.result(ROGUE)
    assert (rogue["reason"], rogue["reason_source"]) == ("pin_mismatch", "client")
    assert [control["verdict"] for control in rogue["twins"]] == ["SERVED", "SERVED"], (
        "the pin itself was tried"
    )
    assert f"as {HOST}" in ended.out and "its key is sha256/" in ended.out


def test_another_client_and_another_server_by_the_shipped_script(tmp_path: Path) -> None:
    with staging(tmp_path) as server:
        asked = ["--client", "curl", "--path", "/health?full=1", "--seed", "7"]
        ended = pinlab(tmp_path, "run", *server.options, *asked)
        requests = server.requests
    assert ended.status == 0, ended.out
    assert [entry["verdict"] for entry in ended.document["results"]] == ["SERVED"] + ["HELD"] * 8
    assert requests and all(request.startswith("GET /health?full=1 HTTP/1.1") for request in requests)


def test_a_client_without_a_pin_check_loses_what_is_secret(tmp_path: Path) -> None:
    with staging(tmp_path) as server:
        secret = ["--canary", "header:X-Pinlab-Canary=*", "--canary", "path:/orders?token=*"]
        asked = ["--client", "flawed:no_pin_check", "--path", "/orders?token=hidden-token", "--keep"]
        ended = run(tmp_path, *server.options, *secret, *asked)
    assert (words(ended), ended.status) == (["SERVED", "BREACHED", "HELD"], 1)
    rogue = ended.result(ROGUE)
    assert rogue["canary_at_attacker"] and "the canary among them" in rogue["cause"]
    stored = sorted((tmp_path / "evidence").rglob("*"))
    seen = "".join(
        path.read_text("latin-1") for path in stored if path.name in ("observations.jsonl", "mitm.json")
    )
    assert '"form": "header"' in seen and '"form": "path"' in seen
    assert "hidden-token" not in seen and "hidden-token" not in ended.out.split("again")[0]
    assert '"match": "(not written down)"' in seen


def test_bytes_breach_whether_or_not_they_are_called_secret(tmp_path: Path) -> None:
    with staging(tmp_path) as server:
        asked = ["--canary", "header:X-Never-Sent=*", "--client", "flawed:no_pin_check"]
        ended = run(tmp_path, *server.options, *asked)
    rogue = ended.result(ROGUE)
    assert rogue["verdict"] == "BREACHED" and rogue["app_bytes_at_attacker"] > 0


def test_a_genuine_server_that_is_refused_is_locked_out_and_excuses_nothing(tmp_path: Path) -> None:
    with staging(tmp_path, "next") as server:
        ended = run(tmp_path, *server.options, *compiled_in(server, pin_of(server, "active")))
    assert (words(ended), ended.status) == (["LOCKED_OUT", "INCONCLUSIVE", "INCONCLUSIVE"], 1)
    assert "control failed: upstream/genuine is LOCKED_OUT" in ended.result(ROGUE)["cause"]


def test_compiled_in_pins_hold_where_the_labs_ca_is_unknown(tmp_path: Path) -> None:
    with staging(tmp_path) as server:
        ended = run(tmp_path, *server.options, *compiled_in(server, pin_of(server, "active")))
    assert (words(ended), ended.status) == (["SERVED", "HELD", "HELD"], 0)
    assert ended.result(ROGUE)["expected_reason"] == "chain_untrusted"
    assert "--ca-installed" in ended.out, "and how to try the pin alone is printed"


def test_where_the_labs_ca_is_trusted_someone_must_bear_witness_to_the_pin(tmp_path: Path) -> None:
    with staging(tmp_path) as server:
        facts = EXIT_ONLY.replace("@CA@", "{ca_file}").replace("@PIN@", pin_of(server, "active")[7:])
        for client, end in (("honest", (["SERVED", "INCONCLUSIVE", "HELD"], 3)), ("states_its_reason", None)):
            command = ["--command", template(client, facts), "--via", "address"]
            ended = run(tmp_path, *server.options, *command)
            assert (words(ended), ended.status) == (end or (["SERVED", "HELD", "HELD"], 0))
            rogue = ended.result(ROGUE)
            assert rogue["expected_reason"] == "pin_mismatch"
            if end:
                assert "no one bears witness to the reason (1 of 2 controls)" in rogue["cause"]
    assert rogue["reason_source"] == "client"
    assert ended.result(SELF_SIGNED)["reason"] == "chain_untrusted"


def test_a_step_that_is_asked_for_twice_and_one_that_is_honest(tmp_path: Path) -> None:
    script = "[[attack]]\nkind = 'rogue_ca'\ntimes = 2\n[[attack]]\nkind = 'pass_through'\n"
    with staging(tmp_path) as server:
        ended = run(tmp_path, *server.options, "--client", "reference", script=script)
    assert ended.status == 0
    assert ended.verdicts == {
        f"{GENUINE} 1.3": "SERVED",
        f"{ROGUE} 1.3": "HELD",
        "upstream/step_2_pass_through 1.3": "SERVED",
    }
