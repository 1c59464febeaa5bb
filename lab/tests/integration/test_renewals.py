"""Real renewals: pebble and certbot where they are installed, the words where not, and the comparison."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pinlab.processes.child import children_of_this_process
from pinlab.renewals.certbot import DEFAULT, REUSE, Certbot, policy_of
from pinlab.renewals.chain import RenewalChange, RenewedChain, chain_of
from pinlab.renewals.errors import RenewalError
from pinlab.renewals.findings import compare, expected_policies, promises_of
from pinlab.renewals.measure import MeasuredRenewal, measure
from pinlab.renewals.pebble import running_pebble
from pinlab.runner.run_dir import run_folder
from pinlab.witnesses.fork_server import pids
from tests.support.cli import pinlab
from tests.support.rotation_plans import PLANS, plan, varied
from tests.support.tools import needs

needs_programs = needs("pebble", "certbot")
OLD = RenewedChain("sha256/old", ("sha256/issuer",), "sha256/root")
NEW = RenewedChain("sha256/new", ("sha256/issuer",), "sha256/root")


def invented(**after: RenewedChain) -> MeasuredRenewal:
    """A tool that did this: by default, and with --reuse-key."""
    policies = {"default": DEFAULT, "reuse": REUSE}
    made = [RenewalChange(name, policies[name], OLD, chain, "accepted") for name, chain in after.items()]
    return MeasuredRenewal("certbot 9.9", tuple(made))


USUAL = invented(default=NEW, reuse=OLD)


@contextmanager
def pretended(folder: Path, name: str, script: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A program of this name that does something else, found first."""
    (folder / "bin").mkdir()
    path = folder / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}{os.environ['PATH']}")
    yield


@pytest.mark.parametrize(
    ("name", "programs", "words"),
    [
        ("none", (), "pebble and certbot are not installed; to bring: apt-get install pebble certbot"),
        ("one", ("certbot",), "pebble is not installed; to bring: apt-get install pebble"),
    ],
)
def test_what_is_not_installed_is_skipped_by_name_and_never_passes(
    name: str, programs: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    for program in programs:
        (tmp_path / "bin" / program).symlink_to("/bin/true")
    ended = pinlab(tmp_path, "renewals", str(PLANS["S01"]), PATH=str(tmp_path / "bin"))
    assert f"SKIPPED: {words}" in " ".join(ended.out.split())
    assert "ROT092" in ended.out
    assert ended.status == 3
    assert pinlab(tmp_path, "renewals", PATH=str(tmp_path / "bin")).status == 3


def test_a_plan_that_cannot_be_read_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text("plan = 1\nnames = 3\n", encoding="utf-8")
    ended = pinlab(tmp_path, "renewals", "plan.toml", PATH=str(tmp_path))
    assert ended.status == 2
    assert "plan.toml" in ended.err


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (None, DEFAULT),
        ("--reuse-key", REUSE),
        ("reuse_key = True", REUSE),
        ("certbot renew --reuse-key", REUSE),
        ("--new-key", ("--new-key",)),
        ("--reuse-key --deploy-hook 'touch /tmp/x'", None),
        ("--deploy-hook=x", None),
        ("spec.privateKey.rotationPolicy: Never", None),
    ],
)
def test_a_policy_is_known_or_it_is_not_run(text: str | None, options: tuple[str, ...] | None) -> None:
    assert policy_of(text) == options


def test_what_a_plan_promises() -> None:
    assert [(promise.certificate, promise.key, promise.options) for promise in promises_of(plan("S01"))] == [
        ("c2", "same", REUSE)
    ]
    assert {(promise.key, promise.options) for promise in promises_of(plan("S32"))} == {
        ("new", ("--new-key",))
    }
    unsaid = varied("S01", (', expect = "same"', ""))
    assert [promise.key for promise in promises_of(unsaid)] == ["same"], "c2 follows c1, with the same key"
    moved = varied(
        "S01", (', expect = "same"', ""), ('[certificates.c2]\nkey = "K1"', '[certificates.c2]\nkey = "K2"')
    )
    assert [promise.key for promise in promises_of(moved)] == ["new"]
    by_hand = varied("S01", ('tool = "certbot"', 'tool = "manual"'))
    assert promises_of(by_hand) == ()


def test_what_is_measured_for_a_plan_is_its_policies_once_each() -> None:
    assert expected_policies(promises_of(plan("S26"))) == (REUSE,)
    assert expected_policies(promises_of(plan("S31"))) == ()


def test_a_promise_that_is_kept_is_no_finding() -> None:
    assert compare(promises_of(plan("S01")), USUAL) == ()


def test_a_key_that_was_to_stay_and_went() -> None:
    (finding,) = compare(promises_of(plan("S03")), USUAL)
    assert (finding.rule, finding.where, finding.severity) == ("ROT005", "certificate c2", "error")
    assert "certbot 9.9" in finding.message and "made a new key" in finding.message
    assert "sha256/old before, sha256/new after" in finding.message
    assert "--reuse-key" in finding.fix


def test_a_key_that_was_to_go_and_stayed() -> None:
    stored = varied("S03", ('expect = "same"', 'expect = "new", policy = "--reuse-key"'))
    (finding,) = compare(promises_of(stored), USUAL)
    assert finding.rule == "ROT005"
    assert "a new key" in finding.message and "kept the key" in finding.message


def test_a_policy_that_a_tool_forgets_is_found() -> None:
    (finding,) = compare(promises_of(plan("S01")), invented(default=NEW, reuse=NEW))
    assert finding.rule == "ROT005"


def test_another_tool_is_not_rehearsed() -> None:
    (finding,) = compare(promises_of(plan("S31")), USUAL)
    assert finding.rule == "ROT092"
    assert "cert-manager" in finding.message


def test_pins_that_break_are_named_by_their_place() -> None:
    def broken(after: RenewedChain) -> tuple[str, ...]:
        return RenewalChange("", (), OLD, after, "").broken_pins

    assert broken(OLD) == ()
    assert broken(NEW) == ("leaf",)
    assert broken(RenewedChain("sha256/old", ("sha256/other",), "sha256/third")) == ("intermediate", "root")
    assert broken(RenewedChain("sha256/old", ("sha256/issuer", "sha256/root"), "sha256/third")) == (), (
        "cross-signed"
    )


@pytest.fixture(autouse=True)
def nothing_is_left_behind() -> Iterator[None]:
    """Whatever servers a test starts; a worker has children of its own, and warm programs."""
    before = children_of_this_process()
    yield
    assert children_of_this_process() - pids() <= before, "a server was left behind"


@needs_programs
@pytest.mark.usefixtures("programs")
def test_renewed_for_real() -> None:
    """All in one test: renewals take their time, most of it idle."""
    with run_folder() as folder:
        measured = measure(folder, (("--new-key",),), lambda what: None)
    assert not folder.exists()
    found = {renewal.what: (renewal.broken_pins, renewal.app) for renewal in measured.renewals}
    assert found == {
        "(default)": (("leaf",), "pin_mismatch"),
        "--new-key": (("leaf",), "pin_mismatch"),
        "--reuse-key": ((), "accepted"),
        "(none, after --reuse-key)": ((), "accepted"),
        "--preferred-chain, of the other root": (("root",), "accepted"),
        "(none, the CA started anew)": (("intermediate", "root"), "accepted"),
    }
    assert re.fullmatch(r"certbot \d+\.\d+.*", measured.tool)
    for name, rules in (("S01", []), ("S03", ["ROT005"]), ("S32", [])):
        assert [finding.rule for finding in compare(promises_of(plan(name)), measured)] == rules


@needs_programs
def test_a_real_chain_by_the_eyes_of_openssl(tmp_path: Path) -> None:
    with running_pebble(tmp_path / "ca") as ca:
        chain = Certbot(tmp_path / "tool").issue(ca)
        with pytest.raises(RenewalError, match="ends at none of"):
            chain_of([ca.roots[0]], ca.roots[1:])
    file = tmp_path / "tool/config/live/rehearsed/cert.pem"
    script = f"openssl x509 -in {file} -pubkey -noout | openssl pkey -pubin -outform der"
    script += " | openssl dgst -sha256 -binary | base64"
    outcome = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=20, check=True)
    assert chain.leaf == f"sha256/{outcome.stdout.strip()}"
    assert chain.root != chain.intermediates[0] != chain.leaf


@needs("pebble")
def test_the_output_of_a_failed_tool_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pretended(tmp_path, "certbot", "echo 'no account' >&2; exit 7", monkeypatch):
        with running_pebble(tmp_path / "ca") as ca:
            with pytest.raises(RenewalError, match="certbot certonly: ended with 7: no account"):
                Certbot(tmp_path / "tool").issue(ca)


def test_a_server_that_ends_at_once_is_an_error_and_no_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pretended(tmp_path, "pebble", "echo broken; exit 1", monkeypatch):
        with pytest.raises(RenewalError, match="pebble: does not listen: broken"):
            with running_pebble(tmp_path / "ca"):
                raise AssertionError("unreachable")
