"""pinlab-client with a policy file: what it accepts, what it says about it, and what never leaves it."""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pinlab.pki.lasting_world import open_world
from pinlab.processes.binaries import program
from pinlab.witnesses.witness import Witness
from tests.support.cli import CLIENTS, pinlab
from tests.support.policy_client import SCHEMA, Report, call, document, utc, written
from tests.support.witnesses import CANARY, HOST, mitm, origin, seen, standard_world, step

pytestmark = pytest.mark.usefixtures("programs")
ROGUE_CA = {"kind": "rogue_ca"}


@pytest.fixture(scope="module")
def world(programs: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The standard world on disk."""
    return standard_world(tmp_path_factory.mktemp("world"))


def visit(folder: Path, policy: dict[str, Any], witness: Witness, *words: str, times: int = 1) -> Report:
    urls = [f"https://{HOST}:{witness.port}/{CANARY}"] * times
    return call("--policy", written(folder, policy), "--connect", "127.0.0.1", *words, *urls)


def test_an_accepted_connection_is_reported_in_full(world: Path, tmp_path: Path) -> None:
    known = open_world(world)
    with origin(world) as witness:
        report = visit(tmp_path, document(world, expires=utc(30), resumption="off"), witness)
    assert report.status == 0 and report.err == ""
    line = report.last
    assert (line["claim"], line["verdict"], line["status"]) == ("accept", "accept_pinned", 200)
    assert line["matched_pin"] == {"index": 0, "depth": 0, "label": "active", "kind": "primary"}
    assert line["policy_days_left"] in (29, 30) and line["policy_version"] == "test"
    assert line["ip"] == "127.0.0.1" and line["sni"] == HOST and line["tls_version"] == "TLSv1.3"
    assert line["bytes_written"] > 0 and line["faults"] == [] and line["alert_sent"] is None
    assert [entry["depth"] for entry in line["verified"]] == [0, 1, 2]
    assert line["served"] == line["verified"][:2], "the root is not sent"
    assert line["verified"][0]["spki_sha256"] == known.pin("active")
    assert line["verified"][0]["cert_sha256"] == known.cert_sha256("active")
    assert seen(witness, "canary_seen")


def test_a_match_of_the_backup_pin_is_reported(world: Path, tmp_path: Path) -> None:
    with origin(world, step(world, "backup")) as witness:
        report = visit(tmp_path, document(world), witness)
    assert report.last["matched_pin"]["kind"] == "backup" and report.status == 0


@pytest.mark.parametrize(
    ("pins", "entry", "reason"),
    [
        (("next", "unknown"), {}, "pin_mismatch"),
        (("active", "backup"), {"min_tls": "1.3"}, None),
        (("active", "backup"), {"expires": "2020-01-01T00:00:00Z"}, "policy_expired"),
    ],
)
def test_the_entry_decides(
    world: Path, tmp_path: Path, pins: tuple[str, ...], entry: dict[str, Any], reason: str | None
) -> None:
    with origin(world) as witness:
        report = visit(tmp_path, document(world, *pins, **entry), witness)
    assert report.last["reason"] == reason and report.status == (1 if reason else 0)
    assert bool(seen(witness, "canary_seen")) == (reason is None)
    if reason:
        assert report.last["bytes_written"] == 0 and report.last["verdict"] is None


def test_roles_and_rejected_keys(world: Path, tmp_path: Path) -> None:
    known = open_world(world)
    policy = document(world)
    policy["hosts"][0]["pins"][0]["role"] = "ca"
    rejecting = document(world, rejected=[{"pin": known.pin("issuing"), "label": "stolen"}])
    with origin(world) as witness:
        roles = visit(tmp_path, policy, witness)
        rejected = visit(tmp_path, rejecting, witness)
    assert roles.last["reason"] == "pin_role_mismatch"
    assert rejected.last["reason"] == "pin_rejected_key" and rejected.last["matched_pin"]["index"] == 0
    assert rejected.last["alert_sent"] and not seen(witness, "canary_seen")


def test_a_certificate_pin_is_of_this_certificate(world: Path, tmp_path: Path) -> None:
    raw = bytes.fromhex(open_world(world).cert_sha256("active") or "")
    text = "sha256/" + base64.b64encode(raw).decode()
    policy = document(world, "unknown", "backup")
    policy["hosts"][0]["pins"][0] |= {"pin": text, "kind": "certificate"}
    with origin(world) as witness:
        right = visit(tmp_path, policy, witness)
        policy["hosts"][0]["pins"][0]["kind"] = "spki"
        wrong = visit(tmp_path, policy, witness)
    assert right.status == 0 and wrong.last["reason"] == "pin_mismatch"


def test_report_mode_lets_pass_what_only_pins_refuse_and_says_so(world: Path, tmp_path: Path) -> None:
    policy = document(world, "next", mode="report", expires=utc(30))
    with origin(world) as witness:
        facts = visit(tmp_path, policy, witness)
        untrusted = visit(tmp_path, document(world, "next", trust=("rogue",), mode="report"), witness)
    assert facts.status == 0 and facts.last["verdict"] == "accept_report_only"
    assert facts.last["faults"] == ["pin_mismatch"]
    report = facts.last["report"]
    assert report["hostname"] == HOST and report["port"] == witness.port
    assert report["known-pins"] == [f'pin-sha256="{open_world(world).pin("next")[7:]}"']
    assert len(report["served-certificate-chain"]) == 2 and len(report["validated-certificate-chain"]) == 3
    assert untrusted.status == 1 and untrusted.last["reason"] == "chain_untrusted"


def test_an_entry_that_expires_open_says_so_each_time(world: Path, tmp_path: Path) -> None:
    policy = document(world, "next", "unknown", expires=utc(-1), on_expiry="open")
    with origin(world) as witness:
        report = visit(tmp_path, policy, witness, times=2)
    assert report.status == 0
    assert [line["verdict"] for line in report.lines] == ["accept_policy_expired_open"] * 2
    assert all(line["detail"].startswith("warning: ") for line in report.lines)


def test_the_clock_can_expire_an_entry(world: Path, tmp_path: Path) -> None:
    with origin(world) as witness:
        report = visit(tmp_path, document(world, expires=utc(2)), witness, "--clock-ahead", str(3 * 86400))
    assert report.last["reason"] == "policy_expired" and report.last["clock"] == "offset"
    assert not seen(witness, "accepted")


def test_a_rogue_authority_gets_no_byte(world: Path, tmp_path: Path) -> None:
    with origin(world) as honest, mitm(world, honest.port, ROGUE_CA) as attacker:
        report = visit(tmp_path, document(world), attacker, "--header", f"X-Secret: {CANARY}")
    assert report.status == 1 and report.last["reason"] == "pin_mismatch"
    assert not seen(attacker, "canary_seen") and not seen(attacker, "handshake_done")


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_a_proxy_changes_the_way_and_nothing_else(world: Path, tmp_path: Path, scheme: str) -> None:
    kind = "connect" if scheme == "http" else scheme
    through = document(world, redirect="policy_of_target")
    with origin(world) as honest:
        for attack, reason in (("pass_through", None), ("smuggled_pin", "pin_only_in_presented")):
            with mitm(world, honest.port, {"kind": attack}, proxy=kind) as proxy:
                through["proxy"] = f"{scheme}://127.0.0.1:{proxy.port}"
                report = visit(tmp_path, through, honest)
            assert report.last["reason"] == reason, report.last["detail"]
            assert report.last["proxy"] == through["proxy"]
            assert not seen(proxy, "canary_seen") or attack == "pass_through"


def test_it_passes_the_catalogue_about_pins_with_a_policy(tmp_path: Path) -> None:
    client = f'"{sys.executable}" -B "{CLIENTS / "with_policy.py"}" "{program("pinlab-client")}"'
    words = ["--command", f"{client} {{url}} {{address}} {{ca_file}} {{pins_file}}", "--via", "address"]
    for family in ("smuggled_pin", "pin_set"):
        words += ["--only", f"{family}/*"]
    ended = pinlab(tmp_path, "run", *words, "-n", "0", "--timeout", "10")
    assert ended.status == 0, ended.out
    assert {"HELD", "SERVED", "LOCKED_OUT"} <= set(ended.verdicts.values())


def test_idle_connections_are_used_again(world: Path, tmp_path: Path) -> None:
    with origin(world) as witness:
        report = visit(tmp_path, document(world), witness, times=3)
    assert [line["reused"] for line in report.lines] == [False, True, True]
    assert len(seen(witness, "accepted")) == 1 and report.status == 0


def test_sessions_are_resumed_only_where_the_policy_says_so(world: Path, tmp_path: Path) -> None:
    with origin(world) as witness:
        off = visit(tmp_path, document(world), witness, "--no-pool", times=2)
        on = visit(tmp_path, document(world, resumption="same_policy"), witness, "--no-pool", times=3)
    assert [line["resumed"] for line in off.lines] == [False, False]
    assert [line["resumed"] for line in on.lines] == [False, True, True] and on.status == 0
    assert on.lines[1]["matched_pin"] and on.lines[1]["session_age_s"] >= 0
    assert on.lines[1]["verified"] == on.lines[0]["verified"]


def test_hosts_without_an_entry_are_denied_unless_allowed(world: Path, tmp_path: Path) -> None:
    policy = document(world)
    policy["hosts"][0]["host"] = "other.test"
    with origin(world) as witness:
        denied = visit(tmp_path, policy, witness)
        allowed = visit(tmp_path, policy | {"unlisted_hosts": "allow"}, witness)
    assert denied.last["reason"] == "policy_required" and denied.last["phase"] == "config"
    assert allowed.last["verdict"] == "accept_unpinned" and allowed.last["policy_host"] is None


@pytest.mark.parametrize("rule", ["deny", "same_policy", "policy_of_target"])
def test_redirects_follow_the_rule(world: Path, tmp_path: Path, rule: str) -> None:
    answer = {"status": 302, "headers": {"Location": f"https://{HOST}:1/elsewhere"}}
    with origin(world, step(world, "active", answer=answer)) as witness:
        report = visit(tmp_path, document(world, redirect=rule), witness)
    hop = "redirect_denied" if rule == "deny" else "transport_failed"
    assert report.status == 1 and report.last["reason"] == hop


def test_explain_tells_the_steps(world: Path, tmp_path: Path) -> None:
    with origin(world) as witness:
        report = visit(tmp_path, document(world), witness, "--explain")
    steps = [line.split(":")[0] for line in report.err.splitlines()]
    assert steps[:4] == ["host", "entry", "clock", "trust"]
    assert {"connected", "TLS", "served 0", "path 2", "pin", "accepted"} <= set(steps)


def test_learn_prints_a_draft_that_is_not_yet_a_policy(world: Path, tmp_path: Path) -> None:
    known = open_world(world)
    url, roots = "", str(world / "authorities/root.pem")
    with origin(world) as witness:
        url = f"https://{HOST}:{witness.port}/{CANARY}"
        result = call("--learn", "--ca", roots, "--connect", "127.0.0.1", url)
        other = call("--learn", "--ca", str(world / "authorities/rogue.pem"), "--connect", "127.0.0.1", url)
    draft = json.loads(result.text)
    assert [pin["pin"] for pin in draft["hosts"][0]["pins"]] == [
        known.pin("active"),
        known.pin("issuing"),
        known.pin("root"),
        "",
    ]
    assert not seen(witness, "canary_seen") and not seen(witness, "request")
    (tmp_path / "draft.json").write_text(result.text)
    assert call("--check", "--policy", str(tmp_path / "draft.json")).status == 2
    draft["hosts"][0]["pins"][3]["pin"] = known.pin("backup")
    (tmp_path / "draft.json").write_text(json.dumps(draft))
    assert call("--check", "--policy", str(tmp_path / "draft.json")).status == 0
    assert other.status == 1 and other.text == "" and "chain_untrusted" in other.err


def test_nothing_beyond_loopback_without_leave(world: Path, tmp_path: Path) -> None:
    policy = written(tmp_path, document(world) | {"unlisted_hosts": "allow"})
    far = call("--policy", policy, "https://192.0.2.1/")
    assert far.last["reason"] == "transport_failed" and "loopback" in far.last["detail"]
    proxied = document(world) | {"unlisted_hosts": "allow", "proxy": "http://127.0.0.1:1"}
    behind = call("--policy", written(tmp_path, proxied), "https://example.com/")
    assert behind.last["reason"] == "config_invalid" and "harmless" in behind.last["detail"]


@pytest.mark.parametrize(
    ("words", "output"),
    [
        (("--polcy", "x"), "no such option"),
        (("--policy",), "a value was expected"),
        (("--policy", "x", "--policy", "y", "https://shop.test/"), "given twice"),
        (("--policy", "x"), "a URL is wanted"),
        (("https://shop.test/",), "one of --policy and --ca"),
        (("--ca", "x", "https://shop.test/"), "--learn"),
        (("--policy", "x", "--timeout-ms", "soon", "https://shop.test/"), "a whole number"),
        (("--policy", "/nonexistent", "https://shop.test/"), "/nonexistent: cannot be read"),
    ],
)
def test_a_wrong_command_line_is_named(words: tuple[str, ...], output: str) -> None:
    result = call(*words)
    assert result.status == 2 and output in result.err


def test_a_broken_policy_connects_to_nothing(world: Path, tmp_path: Path) -> None:
    policy = document(world)
    policy["hosts"][0]["pins"][0]["pin"] = "sha256//" + policy["hosts"][0]["pins"][0]["pin"][7:]
    (tmp_path / "policy.json").write_text(json.dumps(policy))
    with origin(world) as witness:
        result = call("--policy", str(tmp_path / "policy.json"), f"https://{HOST}:{witness.port}/")
    assert (
        result.status == 2 and result.last["reason"] == "config_invalid" and result.last["phase"] == "config"
    )
    assert "hosts[0].pins[0].pin" in result.err and "curl" in result.err
    assert not seen(witness, "accepted")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(policy)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
