"""The launcher: what it takes from the command line, when it installs, when it refuses, what it remembers.

The trees are copies with invented tools (launched.py); building and installing for real is not tried here.
"""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.launcher_tree import Tree, make_tree

OFFERED = {"one": "1.0", "two": "2.1", "three": "3.0"}


@pytest.fixture
def tree() -> Iterator[Tree]:
    with tempfile.TemporaryDirectory(prefix="pinlab-launcher-") as folder:
        Path(folder).chmod(0o755)  # an unprivileged start must be able to read it
        yield make_tree(Path(folder))


def snapshot(root: Path) -> dict[str, float]:
    return {str(path): path.lstat().st_mtime_ns for path in root.rglob("*")}


def test_own_flags_are_removed_and_the_rest_goes_on_unchanged(tree: Tree) -> None:
    done = tree.run(
        "--offline", "run", "a b", "", "--install", "--client", "x", "--", "--offline", "--build", "y"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "<-P><-m><pinlab><run><a b><><--client><x><--><--offline><--build><y>",
        f"bin {tree.root}/build/release/bin",
        "path ",
    ]
    assert done.stderr == ""


@pytest.mark.parametrize("home", ["", None])
def test_starts_without_home_and_with_stdin_closed(tree: Tree, home: str | None) -> None:
    environment = {**tree.environment(), "HOME": home or ""}
    if home is None:
        del environment["HOME"]
    done = subprocess.run(
        ["bash", "-c", 'exec "$0" run <&-', str(tree.root / "pinlab")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_starts_through_a_symbolic_link(tree: Tree) -> None:
    link = tree.fakes / "linked-pinlab"
    link.symlink_to(tree.root / "pinlab")
    done = subprocess.run([link, "run"], env=tree.environment(), capture_output=True, text=True, timeout=30)
    assert done.stdout.startswith("<-P><-m><pinlab><run>")


def test_doctor_reports_a_complete_tree_and_touches_nothing(tree: Tree) -> None:
    before = snapshot(tree.root)
    done = tree.run("doctor")
    assert done.returncode == 0, done.stdout
    assert "two 2.1" in done.stdout and "the second reason" in done.stdout
    assert done.stdout.endswith("complete: nothing is missing\n")
    assert snapshot(tree.root) == before


def test_doctor_names_what_is_missing_why_and_how_to_get_it(tree: Tree) -> None:
    tree.packages({"two": "2.1"}, OFFERED)
    (tree.root / "build/stamps/venv").unlink()
    done = tree.run("doctor")
    assert done.returncode == 1
    assert "  missing  one" in done.stdout and "the first reason" in done.stdout
    assert "  stale    build/venv" in done.stdout
    assert "apt-get install -y --no-install-recommends one\n" in done.stdout
    assert tree.calls("apt-get") == []


@pytest.mark.parametrize(
    ("installed", "missing"),
    [
        ({"one": "1", "two": "2.0"}, False),
        ({"one": "1", "two": "1.9"}, True),
        ({"one": "1", "two": "1.9", "three": "0.1"}, False),
        ({"one": "1"}, True),
    ],
)
def test_alternatives_and_lowest_versions(tree: Tree, installed: dict[str, str], missing: bool) -> None:
    tree.packages(installed)
    assert ("missing  two (>= 2.0) | three" in tree.run("doctor").stdout) == missing


def test_a_line_that_cannot_be_read_is_named(tree: Tree) -> None:
    (tree.root / "ci/packages.txt").write_text("one (= 1) # why\n")
    done = tree.run("run")
    assert done.returncode == 2
    assert 'packages.txt: cannot read "one (= 1)"' in done.stderr


def test_offline_refuses_where_a_package_is_missing(tree: Tree) -> None:
    tree.packages({"one": "1.0"}, OFFERED)
    done = tree.run("run", "--offline")
    assert (done.returncode, done.stdout) == (2, "")
    assert "offline" in done.stderr and "the second reason" in done.stderr
    assert tree.calls("apt-get") == []


def test_offline_refuses_where_the_lock_has_changed(tree: Tree) -> None:
    with (tree.root / "ci/requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    done = tree.run("run", "--offline")
    assert (done.returncode, done.stdout) == (2, "")
    assert "build/venv" in done.stderr


def test_installs_what_is_offered_after_an_update(tree: Tree) -> None:
    tree.packages({}, {"one": "1.0", "two": "1.0", "three": "3.0"})
    done = tree.run("run", "--install", unprivileged=False)
    assert done.returncode == 0, done.stderr
    update, install = tree.calls("apt-get")
    assert "update" in update
    assert install.endswith("install --no-install-recommends one three [noninteractive]")
    assert "the first reason" in done.stderr and "apt-get install one three" in done.stderr


def test_says_which_package_no_source_offers(tree: Tree) -> None:
    tree.packages({"one": "1.0"}, {"two": "1.0"})
    done = tree.run("run", "--install")
    assert done.returncode == 2
    assert "no package source of this system offers two (>= 2.0) | three" in done.stderr


def test_without_root_or_terminal_it_prints_the_command(tree: Tree) -> None:
    subprocess.run(["chmod", "-R", "a+rwX", str(tree.root), str(tree.fakes)], check=True)
    tree.packages({"two": "2.1"}, OFFERED)
    done = tree.run("run", unprivileged=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "sudo apt-get update && sudo apt-get install -y --no-install-recommends one\n" in done.stderr
    assert tree.calls("apt-get") == []


@pytest.mark.parametrize(("answer", "status", "apt_calls"), [("n", 2, 0), ("y", 0, 2), ("", 0, 2)])
def test_asks_at_a_terminal(tree: Tree, answer: str, status: int, apt_calls: int) -> None:
    script = tree.fakes / "sudo"
    script.write_text('#!/bin/sh\nexec "$@"\n')
    script.chmod(0o755)
    tree.packages({}, OFFERED)
    code, seen = tree.run_at_terminal(answer, "run")
    assert code == status, seen
    assert "install these packages with apt-get now? [Y/n]" in seen and "the first reason" in seen
    assert len(tree.calls("apt-get")) == apt_calls


def test_help_on_an_incomplete_tree_installs_nothing(tree: Tree) -> None:
    (tree.root / "build/stamps/venv").unlink()
    tree.packages({}, OFFERED)
    done = tree.run("--help")
    assert done.returncode == 0
    assert "./pinlab doctor" in done.stdout
    assert tree.calls("apt-get") == []


def test_dpkg_is_asked_again_only_after_a_change(tree: Tree) -> None:
    for _ in range(3):
        assert tree.run("run").returncode == 0
    assert len(tree.calls("dpkg-query")) == 1
    with (tree.root / "ci/packages.txt").open("a") as packages:
        packages.write("three # another reason\n")
    assert tree.run("run", "--offline").returncode == 2
    assert len(tree.calls("dpkg-query")) == 2


def build_backend(folder: Path) -> Path:
    """A wheel of a build backend that makes no metadata, so that pip needs no network."""
    wheel = folder / "scikit_build_core-1.0-py3-none-any.whl"
    info = "scikit_build_core-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as files:
        files.writestr("scikit_build_core/__init__.py", "")
        files.writestr("scikit_build_core/build.py", "def prepare_metadata_for_build_wheel(folder): ...\n")
        files.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: scikit_build_core\nVersion: 1.0\n")
        files.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        files.writestr(f"{info}/RECORD", "")
    return wheel


def test_a_half_made_environment_is_made_anew(tree: Tree) -> None:
    wheel = build_backend(tree.fakes)
    lock = f"scikit_build_core @ {wheel.as_uri()} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"
    (tree.root / "ci/requirements.lock").write_text(lock)
    (tree.root / "build/venv/bin/python").write_text("half of a fi")
    (tree.root / "lab/pinlab").mkdir(parents=True)
    (tree.root / "lab/pinlab/__main__.py").write_text("print('alive')\n")
    done = tree.run("run")
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr
    assert "making build/venv" in done.stderr


def test_a_failed_build_shows_the_errors_and_runs_nothing(tree: Tree) -> None:
    tree.build_says("[1/2] Building x\nFAILED: x\nx.cpp:1: error: no\n", 1)
    done = tree.run("run")
    assert (done.returncode, done.stdout) == (2, "")
    assert "x.cpp:1: error: no" in done.stderr and "nothing was run" in done.stderr


def test_a_second_start_waits_for_the_first_and_says_so(tree: Tree) -> None:
    lock = (tree.root / "build/stamps/lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    with subprocess.Popen(
        [str(tree.root / "pinlab"), "run"],
        env=tree.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as second:
        assert second.stderr is not None
        assert "another start is setting up or building" in second.stderr.readline()
        lock.close()
        assert second.communicate(timeout=30)[0].startswith("<-P>")


def test_another_build_folder_must_be_configured_for_this_tree(tree: Tree) -> None:
    other = tree.root / "build/other"
    assert "needs a folder" in tree.run("run", "--build").stderr
    assert "not a configured build folder" in tree.run("run", "--build", str(other)).stderr
    other.mkdir()
    (other / "build.ninja").touch()
    (other / "CMakeCache.txt").write_text("CMAKE_HOME_DIRECTORY:INTERNAL=/usr\n")
    refused = tree.run("run", f"--build={other}")
    assert refused.returncode == 2 and "configured for /usr" in refused.stderr
    (other / "CMakeCache.txt").write_text(f"CMAKE_HOME_DIRECTORY:INTERNAL={tree.root}\n")
    done = tree.run(f"--build={other}", "run")
    assert f"bin {other}/bin\n" in done.stdout
