"""A child may hang, crash, flood, fork or close early: nothing of it stays, and its end is reported right."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pinlab.processes.child import (
    KEEP_BYTES,
    Child,
    children_of_this_process,
    kill_strays,
    pump,
    sanitizer_report,
)
from pinlab.processes.spawn import become_subreaper
from tests.support.process_ends import all_end

ENV = {"PATH": "/usr/bin:/bin"}


def run(script: str, *, stdin: bytes = b"", seconds: float = 10.0) -> tuple[Child, bool]:
    """Run a shell script to its end or the deadline; the child, and whether it ended by itself."""
    child = Child(["sh", "-c", script], env=ENV, stdin=stdin)
    ended = pump([child], lambda: child.exited, time.monotonic() + seconds)
    child.finish()
    return child, ended


def alive(pid: int) -> bool:
    """Is there such a process, other than a zombie?"""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_input_output_and_exit_code_come_through() -> None:
    child, ended = run("cat; echo oops >&2; exit 7", stdin=b"x" * 300_000 + b"end")
    assert ended and child.exit_code == 7 and child.signal is None
    assert child.stdout.text().endswith("xend") and child.stdout.total == 300_003
    assert child.stderr.text() == "oops\n"


def test_environment_is_exactly_what_was_given() -> None:
    child = Child(["env"], env={"ONE": "1", "PATH": "/usr/bin:/bin"})
    pump([child], lambda: child.exited, time.monotonic() + 10)
    child.finish()
    assert sorted(child.stdout.text().split()) == ["ONE=1", "PATH=/usr/bin:/bin"]


def test_a_hang_ends_at_the_deadline() -> None:
    child, ended = run("trap '' TERM; while :; do sleep 60; done", seconds=0.1)
    assert not ended and child.signal == signal.SIGKILL
    assert children_of_this_process().isdisjoint({child.pid})


def test_death_by_signal_is_reported() -> None:
    child, ended = run("kill -SEGV $$")
    assert ended and child.signal == signal.SIGSEGV and child.exit_code is None


def test_a_flood_neither_blocks_nor_fills_memory() -> None:
    child, ended = run("echo first; head -c 20000000 /dev/zero | tr '\\0' x; echo; echo last")
    text = child.stdout.text()
    assert ended and child.exit_code == 0 and child.stdout.total == 20_000_012
    assert text.startswith("first\n") and text.endswith("\nlast\n") and "bytes not kept" in text
    assert len(text) < 2 * KEEP_BYTES + 100


def test_closing_its_pipes_early_is_no_end() -> None:
    child, ended = run("exec <&- >&- 2>&-; exit 3", stdin=b"x" * 1_000_000)
    assert ended and child.exit_code == 3


def test_a_grandchild_that_holds_the_pipes_does_not_hold_us() -> None:
    become_subreaper()
    began = time.monotonic()
    child, ended = run("sleep 60 & echo $!")
    kill_strays()
    assert ended and child.exit_code == 0 and time.monotonic() - began < 5
    assert not alive(int(child.stdout.text()))


def test_daemonised_grandchildren_are_found_and_killed() -> None:
    become_subreaper()
    script = "(setsid sh -c 'echo $$; setsid sleep 60 & echo $!; wait' &); sleep 60"
    child = Child(["sh", "-c", script], env=ENV)
    pump([child], lambda: child.stdout.text().count("\n") == 2, time.monotonic() + 10)
    child.finish()
    pids = [int(word) for word in child.stdout.text().split()]
    assert len(pids) == 2
    assert kill_strays() >= 1
    assert not any(alive(pid) for pid in pids) and kill_strays() == 0


def test_a_child_dies_with_its_parent() -> None:
    # The kernel's promise holds from when the program proper runs, and it says when that is.
    script = (
        "import time; from pinlab.processes.child import Child, pump;"
        "c = Child(['sh', '-c', 'echo ready; exec sleep 60'], env={'PATH': '/usr/bin:/bin'});"
        "pump([c], lambda: c.stdout.total > 0, time.monotonic() + 20);"
        "print(c.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    assert all_end([pid], within_s=5)


def test_no_descriptor_is_left_open() -> None:
    run("true")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        run("echo hello")
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_program_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        Child(["/nonexistent/program"], env=ENV)


@pytest.mark.parametrize(
    "line",
    [
        "==12==ERROR: AddressSanitizer: heap-use-after-free on address 0x1",
        "a.cpp:3:5: runtime error: signed integer overflow",
        "==9==ERROR: LeakSanitizer: detected memory leaks",
    ],
)
def test_sanitizer_reports_are_recognised(line: str) -> None:
    assert sanitizer_report(f"noise\n{line}\nmore") == line
    assert sanitizer_report("an ordinary runtime failure") is None


@pytest.mark.parametrize(("status", "end"), [(89, (89, None)), (128, (128, None)), (139, (None, 11))])
def test_behind_another_program_the_status_shows_a_death_by_signal(
    status: int, end: tuple[int | None, int | None]
) -> None:
    child = Child(["sh", "-c", f"exit {status}"], env=ENV, exits_like_a_shell=True)
    pump([child], lambda: child.exited, time.monotonic() + 10)
    child.finish()
    assert (child.exit_code, child.signal) == end
