"""The lab as a neighbour: keys for their owner alone and gone at the end, loopback only, nothing handed on.

What holds is seen by the client under test itself, which looks around before it makes its visit.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pinlab.pki import mint
from pinlab.pki.mint import MintError, run_mint
from tests.support.sandbox_probe import SECRET, Spied, spied

pytestmark = pytest.mark.usefixtures("programs")
LOOPBACK = re.compile(r"......7F|0{24}01000000")
"""127.0.0.0/8 and ::1, as /proc/net writes them: each word of four bytes in the machine's own order."""
PLAIN = re.compile(r"^(?:pipe|socket|anon_inode):|^/dev/null$|^/proc/\d+/fd$")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Spied, Path]:
    """One run, and the folder of its temporary files."""
    folder = tmp_path_factory.mktemp("spied")
    return spied(folder), folder


def test_keys_are_their_owners_alone(run: tuple[Spied, Path]) -> None:
    modes = run[0].saw["folder"]
    assert modes["."] == "0o700"
    keys = {name: mode for name, mode in modes.items() if re.search(r"\.key\.pem$|\w\.keys$|/\.keys/", name)}
    assert len(keys) > 5 and set(keys.values()) == {"0o600"}, keys
    worlds = [name for name in modes if re.fullmatch(r"worlds/[0-9a-f]+(/keys)?", name)]
    assert worlds and all(modes[name] == "0o700" for name in worlds)


def test_nothing_of_a_run_stays(run: tuple[Spied, Path]) -> None:
    spy, folder = run
    assert spy.status == 0 and not list(folder.glob("pinlab-*"))


def test_what_is_kept_on_purpose_is_its_owners_alone(run: tuple[Spied, Path]) -> None:
    (stored,) = (run[1] / "evidence").glob("*.1.3.*")
    assert stored.stat().st_mode & 0o777 == 0o700
    keys = [*stored.glob("world/keys/*.key.pem"), *stored.glob("*.keys")]
    assert keys and all(key.stat().st_mode & 0o777 == 0o600 for key in keys)


def test_nothing_listens_beyond_loopback(run: tuple[Spied, Path]) -> None:
    saw = run[0].saw
    assert {"pinlab-mitm", "pinlab-origin"} <= set(saw["witnesses"])
    assert len(saw["listening"]) >= 2
    assert all(LOOPBACK.fullmatch(address) for address in saw["listening"]), saw["listening"]


def test_a_client_inherits_three_pipes_and_five_variables(run: tuple[Spied, Path]) -> None:
    saw = run[0].saw
    assert all(PLAIN.search(entry) for entry in saw["descriptors"]), saw["descriptors"]
    assert sum(entry.startswith("pipe:") for entry in saw["descriptors"]) == 3
    given = {name for name in saw["environment"] if not name.endswith("SAN_OPTIONS")}
    assert given <= {"PATH", "HOME", "LANG", "SSLKEYLOGFILE"} and SECRET not in given


def test_a_witness_inherits_no_file_and_no_secret(run: tuple[Spied, Path]) -> None:
    saw = run[0].saw
    held = [entry for entry in saw["held_by_witnesses"] if not entry.endswith(".keys")]
    assert all(PLAIN.search(entry) for entry in held), held
    given = {name for name in saw["of_witnesses"] if not name.endswith("SAN_OPTIONS")}
    assert given == {"PATH", "LANG"}


def test_the_mint_inherits_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "mint"
    script.write_text("#!/bin/sh\nenv >&2\nexit 9\n", encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setattr(mint, "program", lambda name: script)
    monkeypatch.setenv(SECRET, "1")
    with pytest.raises(MintError, match="ended with 9") as error:
        run_mint({"out": "x"})
    assert "PATH=" in str(error.value) and SECRET not in str(error.value)
