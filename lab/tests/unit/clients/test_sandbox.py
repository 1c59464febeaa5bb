"""`--sandbox` where bubblewrap is missing, forbidden or there: nothing runs unconfined, and verdicts stay.

Bubblewrap itself is played here, so that these run everywhere; `ci/sandbox` holds the real one to its word.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pinlab.clients.sandbox import own_fault
from tests.support.cli import pinlab, template

pytestmark = pytest.mark.usefixtures("programs")
FAMILY = ("--only", "misissued/by_our_authority", "--via", "address", "-n", "0", "--seed", "7")
FORBIDDEN = "bwrap: Creating new namespace failed: Operation not permitted"
LETS_THROUGH = 'printf "%s\\n" "$*" >>"{log}"\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"'
NEEDED = "--die-with-parent --unshare-pid --unshare-ipc --unshare-uts --cap-drop ALL --ro-bind / /"


def played(folder: Path, script: str) -> str:
    """A PATH whose bwrap is this script."""
    programs = folder / "bin"
    programs.mkdir()
    (programs / "bwrap").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (programs / "bwrap").chmod(0o755)
    return f"{programs}:{os.environ['PATH']}"


def test_without_bubblewrap_nothing_runs(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    ended = pinlab(tmp_path, "run", *FAMILY, "--sandbox", PATH=str(tmp_path / "nothing"))
    assert ended.status == 2 and "apt-get install bubblewrap" in ended.err and ended.document == {}


def test_where_namespaces_are_forbidden_nothing_runs(tmp_path: Path) -> None:
    path = played(tmp_path, f"echo '{FORBIDDEN}' >&2; exit 1")
    ended = pinlab(tmp_path, "run", *FAMILY, "--sandbox", PATH=path)
    assert ended.status == 2 and FORBIDDEN in ended.err and ended.document == {}


@pytest.mark.parametrize("client", [("--client", "reference"), ("--command", template("honest"))])
def test_a_confined_client_gets_the_same_verdicts(tmp_path: Path, client: tuple[str, str]) -> None:
    log = tmp_path / "argv"
    path = played(tmp_path, LETS_THROUGH.format(log=log))
    free = pinlab(tmp_path, "run", *FAMILY, *client)
    confined = pinlab(tmp_path, "run", *FAMILY, *client, "--sandbox", PATH=path)
    assert free.status == confined.status < 2, confined.err
    assert free.verdicts == confined.verdicts and "HELD" in free.verdicts.values()
    assert confined.document["run"]["sandbox"] and not free.document["run"]["sandbox"]
    assert "confined by bubblewrap" in confined.out and "bubblewrap" not in free.out
    runs = log.read_text(encoding="utf-8").splitlines()
    assert all(NEEDED in line for line in runs) and len(runs) > len(free.verdicts)
    facts = [word for line in runs for word in line.partition(" -- ")[0].split() if "/pinlab-run-" in word]
    assert facts and all(hidden_or_for_the_client(word) for word in facts)


def hidden_or_for_the_client(path: str) -> bool:
    """Is it the run's folder, which is hidden, or something that the client's brief names?"""
    return (
        Path(path).name.startswith("pinlab-run-")
        or path.endswith(("/client", ".pub.pem"))
        or "/client/" in path
    )


def test_a_hosts_file_of_its_own_needs_no_other_isolation(tmp_path: Path) -> None:
    log = tmp_path / "argv"
    path = played(tmp_path, LETS_THROUGH.format(log=log))
    only = ("--only", "valid/leaf", "--via", "hosts", "-n", "0")
    pinlab(tmp_path, "run", *only, "--sandbox", PATH=path)
    assert "/hosts /etc/hosts -- " in log.read_text(encoding="utf-8")
    assert "unshare --mount" not in log.read_text(encoding="utf-8")


def test_a_sandbox_that_fails_later_is_no_refusal(tmp_path: Path) -> None:
    fails = 'case "$*" in *" -- true") exit 0 ;; esac\necho "bwrap: execvp it: No such file" >&2; exit 1'
    ended = pinlab(
        tmp_path, "run", *FAMILY, "--client", "reference", "--sandbox", PATH=played(tmp_path, fails)
    )
    assert ended.status == 3 and set(ended.verdicts.values()) == {"INCONCLUSIVE"}
    assert "never started: bwrap: execvp it" in ended.document["results"][0]["cause"]


def test_only_bubblewraps_own_words_are_its_fault() -> None:
    assert own_fault(1, "bwrap: Can't mount proc\n") == "bwrap: Can't mount proc"
    assert own_fault(0, "bwrap: x") is own_fault(1, "refused: bwrap: x") is own_fault(1, "") is None
