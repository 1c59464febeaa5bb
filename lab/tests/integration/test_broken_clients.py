"""Small real clients, each wrong in one way, are judged right: never a false pass, never an orphan.

They are the programs in lab/tests/support/clients, run as any user's program is.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pinlab.clients.hosts_file import available
from pinlab.pki.lasting_world import open_world
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.options import RunOptions
from pinlab.runner.selfcheck import first_case, is_served
from pinlab.runner.settings import settings_of
from tests.support.cli import CLIENTS, pinlab, run_client, template

pytestmark = pytest.mark.usefixtures("programs")
LEAF, MISISSUED, ROGUE = "valid/leaf", "misissued/by_our_authority", "rogue_ca/in_trust_store"


def test_the_probe_asks_with_a_server_without_specialities(tmp_path: Path) -> None:
    case_runner = CaseRunner.open(settings_of(RunOptions(client="openssl_cli"), tmp_path))
    asked = first_case(case_runner, is_served)
    assert asked is not None and asked.scenario.id == LEAF


def test_an_honest_client_passes_though_late(tmp_path: Path) -> None:
    seen = run_client(tmp_path, "honest", LEAF, MISISSUED, ROGUE)
    assert seen.status == 0, seen.out
    held = seen.result(MISISSUED)
    assert held["verdict"] == "HELD" and held["reason_source"] == "differential" and held["late"]
    assert held["canary_at_attacker"] is False and held["app_bytes_at_attacker"] == 0
    assert "honours a pin" in seen.out


def test_claiming_the_opposite_proves_nothing(tmp_path: Path) -> None:
    seen = run_client(tmp_path, "says_the_opposite", LEAF, MISISSUED)
    assert seen.status == 3 and set(seen.verdicts.values()) == {"INCONCLUSIVE"}
    assert "claim and wire disagree" in seen.result(LEAF)["cause"]


@pytest.mark.parametrize("client", ["checks_too_late", "retries_without_pins"])
def test_a_secret_that_is_gone_is_a_breach(tmp_path: Path, client: str) -> None:
    seen = run_client(tmp_path, client, LEAF, MISISSUED)
    assert seen.status == 1 and seen.result(LEAF)["verdict"] == "SERVED"
    for tls in ("1.2", "1.3"):
        breach = seen.result(MISISSUED, tls)
        assert breach["verdict"] == "BREACHED" and breach["canary_at_attacker"]
    assert "no pin was in force" in seen.out


@pytest.mark.parametrize(
    "client", ["preconnects", "talks_to_others", "several_connections", "floods", "leaves_a_daemon"]
)
def test_odd_but_honest_clients_pass(tmp_path: Path, client: str) -> None:
    seen = run_client(tmp_path, client, LEAF, MISISSUED)
    assert seen.status == 0, seen.out
    orphans = subprocess.run(["pgrep", "-f", "sleep 61[.]25"], capture_output=True, check=False)
    assert orphans.returncode == 1


def test_loading_one_authority_of_two_is_no_refusal_by_pin(tmp_path: Path) -> None:
    seen = run_client(tmp_path, "first_ca_only", LEAF, ROGUE)
    assert seen.status == 3
    assert seen.result(ROGUE)["verdict"] == "INCONCLUSIVE" and "repinned" in seen.result(ROGUE)["cause"]


def test_death_by_signal_proves_nothing(tmp_path: Path) -> None:
    seen = run_client(tmp_path, "dies_by_signal", LEAF, MISISSUED)
    assert seen.status == 3 and "signal 11" in seen.result(LEAF)["cause"]


def test_death_by_signal_excuses_no_breach(tmp_path: Path) -> None:
    seen = run_client(tmp_path, "sends_and_dies", LEAF, MISISSUED)
    assert seen.status == 1 and seen.result(MISISSUED)["verdict"] == "BREACHED"


def test_a_sanitizer_report_spoils_every_pass(tmp_path: Path) -> None:
    seen = run_client(tmp_path, "reports_a_sanitizer", LEAF, MISISSUED)
    assert seen.status == 3 and "sanitizer" in seen.result(LEAF)["cause"]


def test_a_secret_in_clear_is_never_a_pass(tmp_path: Path) -> None:
    seen = run_client(tmp_path, "speaks_in_clear", LEAF, MISISSUED)
    assert seen.status in (1, 3) and not {"HELD", "SERVED"} & set(seen.verdicts.values())


@pytest.mark.parametrize(
    ("command", "cause"),
    [
        ("true", "never reached the lab"),
        ("false", "never reached the lab"),
        ("sleep 30", "hung"),
        ("sh -c 'kill -9 $$'", "signal 9"),
        ("sh -c 'yes & yes >&2'", "hung"),
        ("sh -c 'exec >&- 2>&-; exit 4'", "exit 4"),
    ],
)
def test_a_client_that_never_connects_is_reported_once(tmp_path: Path, command: str, cause: str) -> None:
    seen = pinlab(tmp_path, "run", "--command", command, "--timeout", "0.5")
    assert seen.status == 3 and set(seen.verdicts.values()) == {"INCONCLUSIVE"}
    assert len(seen.verdicts) > 100 and all(cause in entry["cause"] for entry in seen.document["results"])


def test_what_a_hung_client_leaves_behind_is_ended(tmp_path: Path) -> None:
    long = f"60.{os.getpid()}"
    command = f"sh -c 'sleep {long} & exec sleep {long}'"
    seen = pinlab(tmp_path, "run", "--command", command, "--timeout", "0.5")
    assert seen.status == 3 and set(seen.verdicts.values()) == {"INCONCLUSIVE"}
    assert all("hung" in entry["cause"] for entry in seen.document["results"])
    assert subprocess.run(["pgrep", "-f", f"sleep {long}"], capture_output=True, check=False).returncode == 1


def test_pins_that_are_compiled_in_pass_with_their_world(tmp_path: Path) -> None:
    made = pinlab(tmp_path, "world", "create", "here")
    assert made.status == 0
    world = open_world(tmp_path / "here")
    assert world.pin("active") in made.out and world.pin("backup") in made.out
    source = (CLIENTS / "compiled_in.py").read_text(encoding="utf-8")
    built = source.replace("@ACTIVE@", world.pin("active")).replace("@BACKUP@", world.pin("backup"))
    (tmp_path / "app.py").write_text(built, encoding="utf-8")
    words = ["--command", f'"{sys.executable}" app.py {{url}} {{ca_file}}', "--world", "here", "-n", "0"]
    words += ["--only", LEAF, "--only", MISISSUED, "--only", "valid/intermediate_pinned"]
    seen = pinlab(tmp_path, "run", *words, "--via", "address", "--env", "CONNECT_TO={address}")
    assert seen.status == 0, seen.out
    assert seen.result(LEAF)["verdict"] == "SERVED" and seen.result(MISISSUED)["verdict"] == "HELD"
    assert {entry["scenario"] for entry in seen.result(MISISSUED)["twins"]} == {
        "valid/relayed",
        f"{MISISSUED}:rekeyed",
    }
    assert seen.result("valid/intermediate_pinned")["verdict"] == "SKIPPED"
    assert pinlab(tmp_path, "world", "create", "here").status == 2


def test_a_program_that_knows_only_a_url_is_led_by_a_hosts_file(tmp_path: Path) -> None:
    order = "{url} {ca_file}"
    words = ["--command", f"curl -fsS --pinnedpubkey {{pins_curl}} --cacert {{ca_file}} {{url}} {order[:0]}"]
    seen = pinlab(tmp_path, "run", *words, "--via", "hosts", "-n", "0", "--only", LEAF, "--only", ROGUE)
    if available():
        assert seen.status == 0 and seen.document["run"]["via"] == "hosts", seen.out
    else:
        assert seen.status == 2 and "mount namespace" in seen.err


def test_every_placeholder_can_be_filled(tmp_path: Path) -> None:
    names = (
        "url host port address ca_file ca_dir truststore_p12 pins_curl pins_base64 pins_file cert_sha256_hex"
    )
    every = " ".join(f"{{{name}}}" for name in [*names.split(), "spki_pem_file", "folder", "canary"])
    shown = f"sh -c 'for word; do test -n \"$word\" || exit 5; done; exec {template('honest')}' {every}"
    seen = pinlab(tmp_path, "run", "--command", shown, "-n", "0", "--via", "address", "--only", LEAF)
    assert seen.status == 0, seen.out
