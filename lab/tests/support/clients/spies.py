"""An honest client that first looks around: what it was given, what it can read, write and see of the lab.

It says so in the one file that it may write and that is kept, and then makes its visit.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from plain import order, visit

TABLES = ("tcp", "tcp6", "udp", "udp6")
LISTENS = {"tcp": "0A", "tcp6": "0A", "udp": "07", "udp6": "07"}


def run_folder(ca_file: str) -> Path:
    """The folder of the run, that holds the client's own file."""
    return next(parent for parent in Path(ca_file).parents if parent.name.startswith("pinlab-run-"))


def modes(folder: Path) -> dict[str, str]:
    """Everything below a folder, with its permissions."""
    every = [folder, *sorted(folder.rglob("*"))]
    return {str(path.relative_to(folder)): oct(path.stat().st_mode & 0o7777) for path in every}


def descriptors(pid: str) -> list[str]:
    """What the descriptors of a process lead to."""
    found = []
    for fd in Path("/proc", pid, "fd").iterdir():
        with contextlib.suppress(OSError):
            found.append(os.readlink(fd))
    return sorted(found)


def siblings() -> dict[str, str]:
    """Name by process id: anyone who started this client, and its children."""
    parent = os.getppid()
    pids = [str(parent)]
    for path in Path(f"/proc/{parent}/task").glob("*/children"):
        pids += path.read_text().split()
    return {pid: Path("/proc", pid, "comm").read_text().strip() for pid in pids if pid != str(os.getpid())}


def listening(pids: list[str]) -> list[str]:
    """The addresses, in hex as the kernel writes them, at which these processes listen."""
    owned = {
        descriptor for pid in pids for descriptor in descriptors(pid) if descriptor.startswith("socket:")
    }
    found = []
    for table in TABLES:
        with contextlib.suppress(OSError):
            for row in Path("/proc/net", table).read_text().splitlines()[1:]:
                words = row.split()
                if words[3] == LISTENS[table] and f"socket:[{words[9]}]" in owned:
                    found.append(words[1].partition(":")[0])
    return found


def environment(pid: str) -> list[str]:
    """The names of a process's variables."""
    text = Path("/proc", pid, "environ").read_bytes().decode("utf-8", "replace")
    return sorted(word.partition("=")[0] for word in text.split("\0") if word)


def writes(folder: str) -> bool:
    """Can it make a file there?"""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def status(name: str) -> str:
    """A line of /proc/self/status."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith(f"{name}:"))


def seen(ca_file: str) -> dict[str, Any]:
    """All of it."""
    own = siblings()
    witnesses = {pid: name for pid, name in own.items() if name in ("pinlab-origin", "pinlab-mitm")}
    return {
        "descriptors": descriptors("self"),
        "environment": environment("self"),
        "folder": modes(run_folder(ca_file)),
        "witnesses": sorted(witnesses.values()),
        "listening": listening(list(own)),
        "of_witnesses": sorted({name for pid in witnesses for name in environment(pid)}),
        "held_by_witnesses": sorted({descriptor for pid in witnesses for descriptor in descriptors(pid)}),
        "processes": sum(path.name.isdigit() for path in Path("/proc").iterdir()),
        "writes": [name for name in ("/", "/etc", os.getcwd(), str(Path(ca_file).parent)) if writes(name)],
        "tmp": sorted(os.listdir("/tmp")),
        "tmp_is_usable": writes("/tmp"),
        "capabilities": status("CapEff"),
        "no_new_privileges": status("NoNewPrivs"),
    }


if __name__ == "__main__":
    facts = order()
    report = json.dumps(seen(facts.ca_file))  # before the file for it is open
    with open(os.environ["SSLKEYLOGFILE"], "a", encoding="utf-8") as file:
        file.write(f"# {report}\n")
    sys.exit(0 if visit(facts) else 1)
