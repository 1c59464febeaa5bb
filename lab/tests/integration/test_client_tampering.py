"""What pinning cannot stop: anyone who can change the program, or what it is linked with, needs no certificate.

The catalogue's scenario is run as for any user's program with compiled-in pins; only the program differs.
"""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from pinlab.pki.lasting_world import open_world
from tests.support.cli import CLIENTS, Ended, pinlab
from tests.support.client_package import is_sanitized, must, shop

pytestmark = pytest.mark.usefixtures("programs")
LEAF, ROGUE = "valid/leaf", "rogue_ca/in_trust_store"


@pytest.fixture(scope="module")
def shelf(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a world that stays, and the example with its pins compiled in."""
    folder = tmp_path_factory.mktemp("tampering")
    assert pinlab(folder, "world", "create", "here").status == 0
    shop(programs, folder, open_world(folder / "here"))
    return folder


def run(shelf: Path, app: Path, *more: str) -> Ended:
    words = ["--command", f"{shlex.quote(str(app))} {{url}} {{ca_file}}", "--world", str(shelf / "here")]
    words += ["--via", "address", "--env", "CONNECT_TO={address}", "-n", "0", *more]
    return pinlab(shelf, "run", *words, "--only", LEAF, "--only", ROGUE)


def test_the_untouched_program_holds(shelf: Path) -> None:
    seen = run(shelf, shelf / "build/shop")
    assert seen.status == 0, seen.out + seen.err
    assert seen.result(LEAF)["verdict"] == "SERVED" and seen.result(ROGUE)["verdict"] == "HELD"


def test_a_copy_with_other_pin_bytes_is_breached_and_no_one_notices(shelf: Path, tmp_path: Path) -> None:
    world = open_world(shelf / "here")
    program = (shelf / "build/shop").read_bytes()
    ours, theirs = world.pin("backup").encode(), world.pin("attacker").encode()
    assert len(ours) == len(theirs) and program.count(ours) == 1, "plain text, found by searching for it"
    tampered = tmp_path / "shop"
    tampered.write_bytes(program.replace(ours, theirs))
    tampered.chmod(0o755)
    seen = run(shelf, tampered)
    assert seen.result(ROGUE)["verdict"] == "BREACHED" and seen.result(ROGUE)["canary_at_attacker"]
    assert seen.result(LEAF)["verdict"] == "SERVED", "with the honest server it works as ever"


def test_a_hooked_comparison_is_breached(programs: Path, shelf: Path, tmp_path: Path) -> None:
    if is_sanitized(programs):
        return  # AddressSanitizer must be the first library; nothing of ours can come before it
    hook = tmp_path / "hook.so"
    must("cc", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", CLIENTS / "every_pin_matches.c", "-o", hook)
    seen = run(shelf, shelf / "build/shop", "--env", f"LD_PRELOAD={hook}")
    assert seen.result(ROGUE)["verdict"] == "BREACHED" and seen.result(ROGUE)["canary_at_attacker"]
    assert seen.result(LEAF)["verdict"] == "SERVED"
