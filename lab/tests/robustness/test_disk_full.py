"""A full disk under a run's folder, reports or evidence: the place is named, nothing is left in halves.

The disk is a real one of a few pages, shown to the run alone (apart.py).
"""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.support.cli import environment
from tests.support.namespaces import Room, needs_namespaces, small_disk
from tests.support.paused_run import gated_run

pytestmark = pytest.mark.usefixtures("programs")
USAGE, UNCLEAR = 2, 3
ATTACK = ("--only", "rogue_ca/in_trust_store", "-n", "0")
FULL = os.strerror(errno.ENOSPC)
WRITE = """import resource, sys
from pathlib import Path
from pinlab.cli.errors import explain_error
from pinlab.core.files import write_atomically
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_atomically(Path(sys.argv[1]), "x" * 5000)
except OSError as error:
    print(*explain_error(error))
"""


def fill(disk: Path) -> Path:
    """A file that takes all that is left there."""
    path = disk / "filler"
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError as error:
            assert error.errno == errno.ENOSPC
    return path


def names(room: Room, disk: Path) -> list[str]:
    """All that lies on the disk."""
    return sorted(os.listdir(room.look(disk)))


@needs_namespaces
@pytest.mark.parametrize("size", ["8k", "60k", "120k"])
def test_a_full_run_folder_is_reported(tmp_path: Path, size: str) -> None:
    disk = tmp_path / "disk"
    with (
        small_disk(disk, size) as room,
        gated_run(tmp_path, *ATTACK, gate=0, inside=room.inside, TMPDIR=str(disk)) as run,
    ):
        status, output = run.ended()
        assert status == UNCLEAR, output
        unclear = [result for result in run.results() if result["verdict"] == "INCONCLUSIVE"]
        assert unclear, output
        for entry in unclear:
            assert FULL in entry["cause"] and f"{disk}/pinlab-run-" in entry["cause"], entry
            assert "set TMPDIR" in entry["cause"], entry
        assert names(room, disk) == [] and not run.left()


@needs_namespaces
def test_reports_that_find_no_room_are_named_and_not_there(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    files = [disk / f"report.{name}" for name in ("json", "junit", "html", "markdown")]
    words = [word for file in files for word in (f"--{file.suffix[1:]}", str(file))]
    with small_disk(disk, "64k") as room:
        (room.look(disk) / "report.html").write_text("of an earlier run", encoding="utf-8")
        fill(room.look(disk))
        before = names(room, disk)
        with gated_run(tmp_path, *ATTACK, *words, gate=0, inside=room.inside) as run:
            status, output = run.ended()
            assert status == USAGE, output
            for file in files:
                assert f"pinlab: {file}: {FULL}; make room there, or name another place\n" in output, output
            assert "2 HELD" in output and "Exit status 2" in output, "what was found is reported all the same"
            assert names(room, disk) == before and not run.left()
        assert (room.look(disk) / "report.html").read_text(encoding="utf-8") == "of an earlier run"


@needs_namespaces
def test_evidence_that_finds_no_room_is_no_pass(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, "40k") as room:
        words = (*ATTACK, "--keep")
        with gated_run(tmp_path, *words, gate=0, inside=room.inside, PINLAB_EVIDENCE=str(disk)) as run:
            status, output = run.ended()
            assert status == UNCLEAR, output
            for result in run.results():
                assert result["verdict"] == "INCONCLUSIVE" and result["evidence"] is None
                assert f"its evidence cannot be kept: {disk}/rogue_ca.in_trust_store." in result["cause"], (
                    result
                )
                assert FULL in result["cause"] and "set PINLAB_EVIDENCE" in result["cause"], result
            assert names(room, disk) == [] and not run.left()


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize(
    ("stream", "words", "status"),
    [
        ("stdout", ("run", "--only", "valid/leaf", "-n", "0"), USAGE),
        ("stdout", ("list", "--json"), USAGE),
        ("stderr", ("run", "--only", "valid/leaf", "-n", "0"), 0),
    ],
)
def test_a_full_stream_costs_no_more_than_itself(
    tmp_path: Path, stream: str, words: tuple[str, ...], status: int, unbuffered: str
) -> None:
    with open("/dev/full", "wb") as full:
        streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: full}
        env = environment(tmp_path, PYTHONUNBUFFERED=unbuffered)
        done = subprocess.run(
            [sys.executable, "-m", "pinlab", *words], **streams, env=env, timeout=60, check=False
        )
    assert done.returncode == status, done
    if stream == "stdout":
        text = b"pinlab: standard output, or a file without a name: No space left on device; make room there"
        assert done.stderr.startswith(text) and len(done.stderr.splitlines()) == 1, done.stderr
    else:
        assert b"2 SERVED" in done.stdout
    assert not list(tmp_path.glob("pinlab-*"))


def test_half_a_file_is_never_left(tmp_path: Path) -> None:
    """As above, where no one may make namespaces: a limit on the size of files takes effect in the middle."""
    path = tmp_path / "out" / "report.html"
    output = subprocess.run(
        [sys.executable, "-P", "-c", WRITE, str(path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ).stdout
    assert output == f"pinlab: {path}: {os.strerror(errno.EFBIG)}; make room there, or name another place 2\n"
    assert list(path.parent.iterdir()) == []
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
