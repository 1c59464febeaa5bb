"""The command line as its users meet it: exit statuses, reports, bad input, interruption."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as xml

import jsonschema
import pytest
from pinlab.core.paths import ROOT
from tests.support.cli import environment, pinlab, template

pytestmark = pytest.mark.usefixtures("programs")
SCHEMA = json.loads((ROOT / "lab" / "schema" / "results.schema.json").read_text(encoding="utf-8"))
FEW = ("--only", "valid/leaf", "--only", "misissued/by_our_authority")


def test_all_as_expected_is_zero_and_the_reports_agree(tmp_path: Path) -> None:
    junit = tmp_path / "report.xml"
    seen = pinlab(tmp_path, "run", *FEW, "-n", "2", "--junit", str(junit), "--seed", "7")
    assert seen.status == 0, seen.out + seen.err
    jsonschema.validate(seen.document, SCHEMA)
    run = seen.document["run"]
    assert (run["seed"], run["complete"], run["exit_status"], run["via"]) == (7, True, 0, "address")
    assert list(seen.verdicts.values()) == ["HELD", "HELD", "SERVED", "SERVED"]
    assert len(xml.parse(junit).findall(".//testcase")) == 4
    assert not list((tmp_path / "evidence").glob("*")), "nothing failed, so nothing is kept"


def test_a_breach_is_one_with_its_transcript_and_evidence(tmp_path: Path) -> None:
    junit = tmp_path / "report.xml"
    words = ["--client", "openssl_cli", *FEW, "-n", "0", "--junit", str(junit)]
    seen = pinlab(tmp_path, "run", *words)
    assert seen.status == 1 and seen.result("misissued/by_our_authority")["verdict"] == "BREACHED"
    assert "canary_seen" in seen.out and "again" in seen.out
    stored = tmp_path / "evidence" / "misissued.by_our_authority.1.3.openssl_cli"
    assert {"evidence.json", "transcript.txt", "origin.json", "mitm.json", "world"} <= set(os.listdir(stored))
    assert len(xml.parse(junit).findall(".//failure")) == 2


def test_what_is_known_excuses_a_breach_and_nothing_stale(tmp_path: Path) -> None:
    known = tmp_path / "known.toml"
    entry = '[[known]]\nscenario = "misissued/*"\nverdict = "{}"\nreason = "it has no pins"\n'
    known.write_text(entry.format("BREACHED"), encoding="utf-8")
    words = ["--client", "openssl_cli", *FEW, "-n", "0", "--known", str(known)]
    excused = pinlab(tmp_path, "run", *words)
    assert excused.status == 0 and excused.result("misissued/by_our_authority")["known"] == "it has no pins"
    known.write_text(entry.format("LOCKED_OUT"), encoding="utf-8")
    assert pinlab(tmp_path, "run", *words).status == 1


def test_keep_keeps_what_passed(tmp_path: Path) -> None:
    assert pinlab(tmp_path, "run", "--only", "valid/leaf", "-n", "0", "--keep").status == 0
    assert len(list((tmp_path / "evidence").glob("valid.leaf.*"))) == 2


def test_the_same_seed_gives_the_same_order_and_canaries(tmp_path: Path) -> None:
    canaries = []
    for number in ("one", "two"):
        folder = tmp_path / number
        folder.mkdir()
        words = ["--only", "valid/leaf", "--seed", "5", "--keep", "-n", "0"]
        assert pinlab(folder, "run", *words).status == 0
        brief = folder / "evidence" / "valid.leaf.1.3.reference" / "client.0.json"
        canaries.append(json.loads(brief.read_text(encoding="utf-8"))["canary"])
    assert canaries[0] == canaries[1]


@pytest.mark.parametrize(
    ("words", "output"),
    [
        (["run", "--only", "rogue_ca/in_trst_store"], "rogue_ca/in_trust_store"),
        (["run", "--only", "nothing*"], "matches no scenario"),
        (["run", "--client", "referense"], "reference"),
        (["run", "--client", "flawed:nonsense"], "no flaw is called"),
        (["run", "--client", "curl", "--command", "curl"], "exclude each other"),
        (["run", "--command", "curl {urll}"], '"url"'),
        (["run", "--command", "curl {url"], "lone {"),
        (["run", "--command", "curl 'open"], "cannot split"),
        (["run", "--command", ""], "empty"),
        (["run", "--command", "/no/such/program {url}"], "no program"),
        (["run", "--command", "true", "--env", "broken"], "NAME=TEMPLATE"),
        (["run", "--env", "A=b"], "belong to --command"),
        (["run", "--via", "carrier-pigeon"], "address, hosts or proxy"),
        (["run", "--timeout", "0"], "--timeout"),
        (["run", "--suite", "smoky"], 'did you mean "smoke"'),
        (["list", "--suite", "smoky"], 'did you mean "smoke"'),
        (["run", "--set", "cn_fallbak=accept"], 'did you mean "cn_fallback"'),
        (["run", "--set", "cn_fallback=acept"], 'did you mean "accept"'),
        (["run", "--set", "cn_fallback"], "NAME=VALUE"),
        (["run", "--suite", "smoke", "--only", "rotation/to_next_too_early"], "no scenario of the suite"),
        (["run", "-n", "many"], "`auto` or a number"),
        (["run", "--known", "missing.toml"], "missing.toml"),
        (["run", "--world", "missing"], "world create"),
        (["run", "--json", "no/such/folder/report.json"], "cannot be written"),
        (["run", "--nonsense"], "No such option"),
        (["explain", "valid/leav"], "valid/leaf"),
        (["nonsense"], "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_is_two_and_says_what_to_do(tmp_path: Path, words: list[str], output: str) -> None:
    seen = pinlab(tmp_path, *words)
    assert seen.status == 2 and output in seen.err, seen.err
    assert not seen.document


def test_list_is_for_machines_too(tmp_path: Path) -> None:
    entries = json.loads(pinlab(tmp_path, "list", "--json").out)
    assert len(entries) >= 32
    keys = {"id", "summary", "family", "expected", "reason", "control", "flaws_caught", "refs", "tls"}
    keys |= {"unpinned", "suites", "choice"}
    assert all(set(entry) == keys for entry in entries)
    smoke = json.loads(pinlab(tmp_path, "list", "--suite", "smoke", "--json").out)
    assert smoke == [entry for entry in entries if "smoke" in entry["suites"]] != []
    assert pinlab(tmp_path, "list", "--only", "valid").out.count("valid/") >= 5


def test_a_choice_turns_the_verdict(tmp_path: Path) -> None:
    words = ["run", "--only", "wrong_name/common_name_only", "-n", "0"]
    assert pinlab(tmp_path, *words, "--client", "openssl_cli").status == 0, "known"
    chosen = pinlab(tmp_path, *words, "--client", "openssl_cli", "--set", "cn_fallback=accept")
    assert chosen.status == 0 and chosen.verdicts == {"wrong_name/common_name_only 1.3": "SERVED"}
    strict = pinlab(tmp_path, *words, "--set", "cn_fallback=accept")
    assert strict.status == 1 and strict.verdicts == {"wrong_name/common_name_only 1.3": "LOCKED_OUT"}
    assert "--set cn_fallback=accept" in strict.out
    assert "cn_fallback" in pinlab(tmp_path, "list", "--choices").out


def test_coverage_is_counted(tmp_path: Path) -> None:
    counted = json.loads(pinlab(tmp_path, "coverage", "--json").out)
    assert counted["of"] == len(counted["cases"]) == 190
    assert counted["covered"] == sum(bool(case["scenarios"]) for case in counted["cases"])
    assert f"{counted['covered']} of 190" in pinlab(tmp_path, "coverage").out


@pytest.mark.parametrize("listing", ["attacks", "flaws", "clients"])
def test_listings_are_for_people_and_machines(tmp_path: Path, listing: str) -> None:
    entries = json.loads(pinlab(tmp_path, listing, "--json").out)
    text = pinlab(tmp_path, listing).out
    assert entries and all(entry["name"] in text for entry in entries)


def test_explain_tells_why_and_how(tmp_path: Path) -> None:
    text = pinlab(tmp_path, "explain", "misissued/by_our_authority").out
    assert all(
        word in text for word in ("HELD", "pin_mismatch", "misissued", "valid/relayed", "no_pin_check")
    )
    assert all(word in text for word in ("Unpinned: SERVED", "● pinned", "(key attacker; ✗)", "└─"))
    assert "`" not in text and "**" not in text


def test_doctor_finds_the_programs(tmp_path: Path) -> None:
    seen = pinlab(tmp_path, "doctor")
    assert seen.status == 0 and "pinlab-mitm" in seen.out
    assert pinlab(tmp_path, "doctor", PINLAB_BIN=str(tmp_path)).status == 2


def test_missing_programs_are_named_with_the_cure(tmp_path: Path) -> None:
    seen = pinlab(tmp_path, "run", PINLAB_BIN=str(tmp_path))
    assert seen.status == 2 and "build it" in seen.err


@pytest.mark.parametrize(("workers", "visits"), [("0", 2), ("2", 2), ("0", 0)])
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_partial_reports_and_nothing_else(
    tmp_path: Path, workers: str, visits: int, signum: signal.Signals
) -> None:
    """After the probe's two visits (or none) this client never ends; its children would live for a minute."""
    mark = f"61.{workers}{visits}{int(signum)}"
    slow = f"sh -c 'echo x >> {tmp_path}/visits; test $(wc -l < {tmp_path}/visits) -gt {visits} && "
    slow += f"{{{{ setsid sleep {mark} & sleep {mark}; }}}}; exec {template('honest')}'"
    report = tmp_path / "partial.json"
    words = ["--command", slow, "--via", "address", "-n", workers, "--json", str(report), "--timeout", "60"]
    command = [sys.executable, "-m", "pinlab", "run", *words, "--only", "valid", "--only", "expiry"]
    running = subprocess.Popen(
        command,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while subprocess.run(["pgrep", "-f", f"^sleep {mark}"], capture_output=True, check=False).returncode:
        assert running.poll() is None and time.monotonic() < deadline, running.communicate()
    os.killpg(running.pid, signum)
    output, _ = running.communicate(timeout=30)
    assert running.returncode == 130, output
    assert "Traceback" not in output
    document = json.loads(report.read_text(encoding="utf-8"))
    jsonschema.validate(document, SCHEMA)
    assert document["run"]["complete"] is False and document["run"]["exit_status"] == 130
    assert subprocess.run(["pgrep", "-f", f"^sleep {mark}"], capture_output=True, check=False).returncode == 1
    assert not list(tmp_path.glob("pinlab-*"))
