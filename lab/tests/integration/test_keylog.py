"""`--keep`: the secrets of the witnesses' own TLS are the client's, guarded, and only there when asked for.

And `explain --result`: a user who debugs sees what happened, what to open and what repeats it.
"""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from pinlab.witnesses import packet_capture
from tests.support.cli import Ended, pinlab, template
from tests.support.tools import needs

pytestmark = pytest.mark.usefixtures("programs")
RELAYED = "valid/relayed"


def secrets(path: Path) -> set[str]:
    """The lines of a key log: label, client random, secret."""
    return {line for line in path.read_text(encoding="ascii").splitlines() if line and line[0] != "#"}


@pytest.fixture(scope="module")
def keylog(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Path]:
    """A small client of ours (Python's own TLS honours SSLKEYLOGFILE), relayed by the interceptor."""
    folder = tmp_path_factory.mktemp("kept")
    words = ("--command", template("keylogged"), "--via", "address", "--keep", "-n", "0", "--seed", "7")
    only = ("--only", RELAYED, "--only", "rogue_ca/in_trust_store")
    end = pinlab(folder, "run", *words, *only)
    return end, folder


def folder_of(end: Ended, scenario: str) -> Path:
    return Path(str(end.result(scenario)["evidence"]))


def test_a_witness_and_the_client_know_the_same_secrets(keylog: tuple[Ended, Path]) -> None:
    folder = folder_of(keylog[0], "rogue_ca/in_trust_store")
    theirs, ours = secrets(folder / "client.keys"), secrets(folder / "mitm.keys")
    labels = {line.split()[0] for line in theirs}
    assert {"CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"} <= labels
    assert theirs <= ours, "the interceptor logs its own side of the client's connection"


def test_a_relayed_connection_is_the_origins_to_decrypt(keylog: tuple[Ended, Path]) -> None:
    folder = folder_of(keylog[0], RELAYED)
    assert secrets(folder / "client.keys") & (secrets(folder / "origin.keys") | _maybe(folder / "mitm.keys"))


def _maybe(path: Path) -> set[str]:
    return secrets(path) if path.exists() else set()


def test_secrets_are_their_owners_alone(keylog: tuple[Ended, Path]) -> None:
    folder = folder_of(keylog[0], "rogue_ca/in_trust_store")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    found = sorted(folder.glob("*.keys"))
    assert found
    assert {stat.S_IMODE(path.stat().st_mode) for path in found} == {0o600}


def test_without_the_wish_there_are_none(tmp_path: Path) -> None:
    end = pinlab(tmp_path, "run", "--client", "openssl_cli", "--only", "rogue_ca/in_trust_store", "-n", "0")
    folder = folder_of(end, "rogue_ca/in_trust_store")
    assert (folder / "transcript.txt").exists(), "what failed is kept"
    assert not list(folder.glob("*.keys")) and not (folder / packet_capture.FILE).exists()
    assert "key_log" not in (folder / "mitm.json").read_text(encoding="utf-8")


def test_a_missing_packet_capture_is_reported_once(tmp_path: Path) -> None:
    bare = tmp_path / "bin"
    bare.mkdir()
    for name in ("openssl", "setpriv"):
        (bare / name).symlink_to(str(shutil.which(name)))
    words = ("run", "--client", "reference", "--only", "valid/leaf", "--keep", "-n", "0")
    end = pinlab(tmp_path, *words, PATH=str(bare))
    assert end.out.count("no packets are kept: dumpcap is not here") == 1
    assert end.status == 0


@needs("dumpcap")
def test_the_packets_are_whole_or_the_reason_is_kept(keylog: tuple[Ended, Path]) -> None:
    folder = folder_of(keylog[0], "rogue_ca/in_trust_store")
    if (folder / packet_capture.LACKING).exists():
        assert "dumpcap" in (folder / packet_capture.LACKING).read_text(encoding="utf-8")
        return
    packets = (folder / packet_capture.FILE).read_bytes()
    random = next(iter(secrets(folder / "client.keys"))).split()[1]
    assert bytes.fromhex(random) in packets, "the ClientHello of the logged connection"


def test_a_result_is_explained_with_commands_that_work(keylog: tuple[Ended, Path]) -> None:
    folder = keylog[1]
    run = pinlab(folder, "explain", "--result", "report.json:rogue_ca/in_trust_store")
    assert run.status == 0, run.err
    for heading in ("What was shown", "What the client did", "Why this verdict", "What to look at"):
        assert f"\n{heading}\n" in run.out
    assert "control: valid/relayed is SERVED" in run.out
    assert "--only rogue_ca/in_trust_store --via address --seed 7" in run.out
    commands = [line.strip() for line in run.out.splitlines() if line.startswith("    ")]
    for command in commands:
        if not command.startswith("tshark"):
            done = subprocess.run(command, shell=True, capture_output=True, timeout=20, check=False)
            assert done.returncode == 0, command


def test_an_expected_result_is_explained_and_a_wrong_name_gets_a_hint(keylog: tuple[Ended, Path]) -> None:
    folder = keylog[1]
    document = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    document["results"] = [entry for entry in document["results"] if entry["as_expected"]]
    (folder / "good.json").write_text(json.dumps(document), encoding="utf-8")
    assert "are as expected" in pinlab(folder, "explain", "--result", "good.json").out
    wrong = pinlab(folder, "explain", "--result", "report.json:valid/relaid")
    assert (wrong.status, "valid/relayed" in wrong.err) == (2, True)
    assert pinlab(folder, "explain", "--result", "missing.json").status == 2
    assert pinlab(folder, "explain").status == 2
