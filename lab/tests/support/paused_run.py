"""A run of the command line that stops at a chosen moment, so that a test can break something just then.

The client of the run is the reference client behind a gate: its Nth process says that it is there and waits.
This process adopts every orphan of the run (prctl(2), PR_SET_CHILD_SUBREAPER): whatever a run leaves behind
is a child of ours, whatever its name is.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pinlab.processes.child import children_of_this_process, kill_strays
from pinlab.processes.spawn import become_subreaper
from tests.support.cli import environment

PATIENCE_S = 60.0
GATE = """n=1; while ! mkdir "$1/$n" 2>/dev/null; do n=$((n+1)); done
if [ "$n" = "$2" ]; then echo $$ > "$1/pid.new"; mv "$1/pid.new" "$1/pid"; read -r word < "$1/open"; fi
shift 2; exec "$@\""""
"""GATE FOLDER N PROGRAM...: the Nth that comes by waits until someone writes to FOLDER/open."""
ADAPTER = """from pinlab_clients.reference import Reference
from dataclasses import replace
class Gated(Reference):
    name = "gated"
    def command(self, brief):
        command = super().command(brief)
        return replace(command, argv=["sh", "-c", {gate!r}, "gate", {folder!r}, {number!r}, *command.argv])
"""


@dataclass
class GatedRun:
    """A run, which waits at its gate or has not come there yet."""

    process: subprocess.Popen[str]
    folder: Path
    others: set[int]
    """Children of this process that do not belong to the run."""

    def at_the_gate(self) -> int:
        """The process id of the program that waits; what its run is doing is decided."""
        note = self.folder / "gate/pid"
        assert soon(lambda: note.exists() or self.process.poll() is not None)
        assert self.process.poll() is None, self.process.communicate()
        return int(note.read_text(encoding="ascii"))

    def open_gate(self) -> None:
        """Let it pass; no one may be there any more."""
        with open(os.open(self.folder / "gate/open", os.O_RDWR), "w", encoding="ascii") as gate:
            gate.write("word\n")
            gate.flush()
            self.ended()

    def ended(self) -> tuple[int, str]:
        """Wait for the end of the run: its exit status and its output."""
        out, err = self.process.communicate(timeout=PATIENCE_S)
        assert "Traceback" not in out + err, err
        return self.process.returncode, out + err

    def results(self) -> list[dict[str, Any]]:
        """What its JSON report holds."""
        report = json.loads((self.folder / "report.json").read_text(encoding="utf-8"))
        return list(report["results"])

    def below(self, pid: int | None = None) -> dict[int, str]:
        """All processes that the run has started, by id, with the names of their programs."""
        found: dict[int, str] = {}
        for child in _children(pid or self.process.pid):
            words = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            found[child] = " ".join([Path(os.fsdecode(words[0])).name, *map(os.fsdecode, words[1:2])]).strip()
            found |= self.below(child)
        return found

    def process_id(self, name: str) -> int:
        """The process of the run with this program."""
        found = [pid for pid, words in self.below().items() if words == name]
        assert len(found) == 1, self.below()
        return found[0]

    def left_at_once(self) -> list[str]:
        """What is left of the run, with a look at this very moment."""
        folders = [str(path) for path in self.folder.glob("pinlab-*")]
        return folders + [str(pid) for pid in children_of_this_process() - self.others]

    def left(self) -> list[str]:
        """What is still left when the kernel has had time to deliver what was sent."""

        def gone() -> bool:
            for pid in children_of_this_process() - self.others:
                if _state(pid) == "Z":
                    os.waitpid(pid, 0)
            return not self.left_at_once()

        soon(gone)
        return self.left_at_once()


@contextmanager
def gated_run(
    folder: Path,
    *words: str,
    gate: int = 1,
    limits: Mapping[int, int] = MappingProxyType({}),
    inside: Sequence[str] = (),
    **env: str,
) -> Iterator[GatedRun]:
    """`pinlab run WORDS`, whose client process number `gate` waits (0: none does).

    `limits` holds for all processes of the run (setrlimit(2)); `inside` is what starts it elsewhere.
    """

    def limit() -> None:
        for which, most in limits.items():
            resource.setrlimit(which, (most, most))

    become_subreaper()
    kill_strays()
    (folder / "gate").mkdir()
    os.mkfifo(folder / "gate/open")
    text = ADAPTER.format(gate=GATE, folder=str(folder / "gate"), number=str(gate))
    (folder / "gated.py").write_text(text, encoding="utf-8")
    others = children_of_this_process()
    words = ("run", "--client", "gated", "--timeout", "60", "--json", str(folder / "report.json"), *words)
    process = subprocess.Popen(
        [*inside, sys.executable, "-m", "pinlab", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=environment(folder, PINLAB_ADAPTERS=str(folder), **env),
        start_new_session=True,
        preexec_fn=limit,
    )
    try:
        yield GatedRun(process, folder, others)
    finally:
        process.kill()
        process.communicate()
        kill_strays(keep=others)


def soon(holds: Callable[[], bool]) -> bool:
    """Whether `holds` comes true in time; it asks processes that are not its children."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds() and time.monotonic() < deadline:
        os.sched_yield()
    return holds()


def _children(pid: int) -> list[int]:
    """Children of all threads of a process; none where it is gone."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(word) for task in tasks for word in (task / "children").read_text().split()]
    except FileNotFoundError:
        return []


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return ""
