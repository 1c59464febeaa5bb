"""Jobs shared among forked workers: each done once, in order, and a worker's death costs its own job only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

from tests.support.process_ends import all_end


def run(body: str) -> subprocess.CompletedProcess[str]:
    """A process of its own, because workers are forked from all of it."""
    script = "import os, signal, sys, time\nfrom pinlab.processes.fork_pool import share\n" + textwrap.dedent(
        body
    )
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False
    )


def test_each_job_is_done_once_and_elsewhere() -> None:
    done = run("""
        seen = []
        share(50, 3, lambda job: f"{job} {os.getpid()}".encode(), lambda text: seen.append(text.split()))
        assert sorted(int(job) for job, _ in seen) == list(range(50)), seen
        pids = {pid for _, pid in seen}
        assert len(pids) <= 3 and str(os.getpid()).encode() not in pids
    """)
    assert done.returncode == 0, done.stderr


def test_a_worker_that_dies_takes_one_job_with_it() -> None:
    done = run("""
        def work(job):
            if job == 4: os.kill(os.getpid(), signal.SIGKILL)
            return str(job).encode()
        seen = set()
        share(20, 2, work, lambda text: seen.add(int(text)))
        assert seen == set(range(20)) - {4}, seen
    """)
    assert done.returncode == 0, done.stderr


def test_the_last_worker_dies_and_the_rest_is_left_undone() -> None:
    done = run("""
        seen = []
        share(5, 1, lambda job: os._exit(3) if job == 2 else str(job).encode(), seen.append)
        assert seen == [b"0", b"1"], seen
    """)
    assert done.returncode == 0, done.stderr


def test_a_worker_has_no_terminal_and_no_line_of_a_sibling() -> None:
    done = run("""
        def work(job):
            sockets = [one for one in os.listdir("/proc/self/fd") if "socket:" in _link(one)]
            return f"{os.readlink('/proc/self/fd/0')} {len(sockets)}".encode()
        def _link(fd):
            try: return os.readlink(f"/proc/self/fd/{fd}")
            except OSError: return ""
        seen = set()
        share(8, 4, work, seen.add)
        assert seen == {b"/dev/null 1"}, seen
    """)
    assert done.returncode == 0, done.stderr


def test_a_killed_parent_leaves_no_worker_and_nothing_that_a_worker_started(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pids")
    script = textwrap.dedent(f"""
        import os, time
        from pinlab.processes.child import Child, pump
        from pinlab.processes.fork_pool import share
        def work(job):
            child = Child(["sh", "-c", "echo ready; exec sleep 60"], env={{"PATH": "/usr/bin:/bin"}})
            pump([child], lambda: child.stdout.total > 0, time.monotonic() + 20)
            os.write(os.open("{tmp_path}/pids", os.O_WRONLY), f"{{os.getpid()}} {{child.pid}}\\n".encode())
            time.sleep(60)
        share(2, 2, work, print)
    """)
    parent = subprocess.Popen([sys.executable, "-c", script])
    with open(os.open(tmp_path / "pids", os.O_RDWR), encoding="ascii") as pids:
        started = [int(word) for _ in range(2) for word in pids.readline().split()]
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert all_end(started, within_s=20)
