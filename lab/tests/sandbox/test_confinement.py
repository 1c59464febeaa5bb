"""The real bubblewrap: what a client in the sandbox can read, write and see. Run by `ci/sandbox` alone.

It needs bubblewrap and the right to make namespaces, which most containers do not give; so it is no part of
the lab's ordinary tests (its name does not begin with test_), and it skips nothing.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.support.cli import pinlab, template
from tests.support.sandbox_probe import Spied, spied

pytestmark = pytest.mark.usefixtures("programs")


@pytest.fixture(scope="module", params=["address", "hosts"])
def run(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Spied:
    """One confined run by each way that needs something of the machine."""
    return spied(tmp_path_factory.mktemp("confined"), "--sandbox", via=request.param)


def test_its_visit_is_as_good_as_any(run: Spied) -> None:
    assert run.status == 0, (run.out, run.err)
    assert "confined by bubblewrap" in run.out


def test_it_reads_its_files_and_no_key(run: Spied) -> None:
    files = [name for name in run.saw["folder"] if "." in Path(name).name and name != "."]
    assert any(name.endswith("/client/ca.pem") for name in files)
    assert all("/client/" in name or name.endswith((".pub.pem", "/client.keys")) for name in files), files


def test_it_writes_nothing_that_lasts(run: Spied) -> None:
    assert run.saw["writes"] == []
    assert run.saw["tmp_is_usable"] and not [entry for entry in run.saw["tmp"] if "pinlab-run" in entry]


def test_its_rooms_are_empty_but_for_what_it_needs(run: Spied) -> None:
    real = set(os.listdir("/tmp"))
    assert len(run.saw["tmp"]) <= 3 and len(run.saw["tmp"]) <= len(real)


def test_it_sees_no_process_of_the_lab_and_has_no_power(run: Spied) -> None:
    assert run.saw["witnesses"] == [] and run.saw["processes"] <= 3
    assert int(run.saw["capabilities"], 16) == 0 and run.saw["no_new_privileges"] == "1"


@pytest.mark.parametrize("client", [("--client", "reference"), ("--command", template("honest"))])
def test_a_confined_client_gets_the_same_verdicts(tmp_path: Path, client: tuple[str, str]) -> None:
    words = ("run", "--only", "misissued", "--only", "rogue_ca", "--via", "address", "--seed", "7", *client)
    free, confined = pinlab(tmp_path, *words), pinlab(tmp_path, *words, "--sandbox")
    assert free.verdicts == confined.verdicts and free.status == confined.status
    assert "HELD" in free.verdicts.values() and confined.document["run"]["sandbox"]


def test_a_death_by_signal_stays_one(tmp_path: Path) -> None:
    words = ("run", "--only", "misissued/by_our_authority", "--via", "address", "-n", "0", "--sandbox")
    ended = pinlab(tmp_path, *words, "--command", template("dies_by_signal"))
    assert ended.status == 3 and set(ended.verdicts.values()) == {"INCONCLUSIVE"}
