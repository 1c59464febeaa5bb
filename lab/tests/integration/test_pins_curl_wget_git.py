"""The model against curl, wget and git themselves: the same pin texts, and their exit status."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from pinlab.pins.decide import decide
from pinlab.pins.format_table import read_pins
from tests.support.certificates import NOW, material
from tests.support.pin_file_examples import source
from tests.support.tls_server import serving
from tests.support.tools import require
from tests.unit.pins.test_check import BACKUP, LEAF, MIDDLE, ROOT

MADE = material()
PROGRAMS = {
    "curl": (90, ["curl", "--silent", "--insecure", "--max-time", "10", "--pinnedpubkey", "PINS", "URL"]),
    "wget": (
        5,
        ["wget", "-q", "-t1", "-T10", "--no-check-certificate", "-O/dev/null", "--pinnedpubkey=PINS", "URL"],
    ),
    "git": (128, ["git", "-c", "http.sslVerify=false", "-c", "http.pinnedPubkey=PINS", "ls-remote", "URL"]),
}
"""Exit status for a key that is not pinned (curl: CURLE_SSL_PINNEDPUBKEYNOTMATCH), and the command."""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server with leaf and intermediate."""
    with serving(tmp_path_factory.mktemp("curl"), MADE.leaf, MADE.intermediate, key=MADE.leaf_key) as found:
        yield found


VALUES = {
    "the leaf": f"sha256//{LEAF}",
    "another key": f"sha256//{BACKUP}",
    "a backup that is served": f"sha256//{BACKUP};sha256//{LEAF}",
    "the intermediate": f"sha256//{MIDDLE}",
    "the root": f"sha256//{ROOT}",
    "a blank behind the semicolon": f"sha256//{BACKUP}; sha256//{LEAF}",
    "a blank behind the one that counts": f"sha256//{LEAF}; sha256//{BACKUP}",
    "one slash": f"sha256/{LEAF}",
    "no padding": f"sha256//{LEAF.rstrip('=')}",
    "capitals": f"SHA256//{LEAF}",
    "a malformed one first": f"sha256//AAAA;sha256//{LEAF}",
    "a semicolon at the end": f"sha256//{LEAF};",
    "another prefix first": f"sha1//AAAA;sha256//{LEAF}",
}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("name", VALUES)
def test_the_program_says_what_the_model_says(name: str, program: str, port: int) -> None:
    require(program)
    value, (refusal, words) = VALUES[name], PROGRAMS[program]
    filled = [word.replace("PINS", value).replace("URL", f"https://127.0.0.1:{port}/") for word in words]
    done = subprocess.run(filled, capture_output=True, timeout=20, check=False)
    assert done.returncode in (0, refusal), done.stderr
    locks_out = decide(read_pins(source(value), "curl").hosts[0], MADE.chain, NOW).outcome.locks_out
    assert locks_out == (done.returncode == refusal)
