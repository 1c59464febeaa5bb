"""A run against the client that looks around (clients/spies.py), and what it saw."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.cli import environment, template

SCENARIO = "valid/relayed"
SECRET = "PINLAB_TEST_SECRET"


@dataclass(frozen=True)
class Spied:
    """How the run ended, and the spy's words."""

    status: int
    out: str
    err: str
    saw: dict[str, Any]


@contextmanager
def inheritable(path: Path) -> Iterator[int]:
    """A descriptor that a careless program would hand on."""
    path.write_text("secret", encoding="utf-8")
    fd = os.open(path, os.O_RDONLY)
    try:
        yield fd
    finally:
        os.close(fd)


def spied(folder: Path, *more: str, via: str = "address") -> Spied:
    """Run it in one process, with a secret in the environment and an open secret file in its hands."""
    words = ["run", "--only", SCENARIO, "--via", via, "-n", "0", "--keep", "--timeout", "8"]
    with inheritable(folder / "secret-file") as fd:
        done = subprocess.run(
            [sys.executable, "-m", "pinlab", *words, "--command", template("spies"), *more],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=environment(folder, **{SECRET: "1"}),
            cwd=folder,
            pass_fds=(fd,),
        )
    (stored,) = (folder / "evidence").glob("*.1.3.*/client.keys")
    text = [line for line in stored.read_text(encoding="utf-8").splitlines() if line.startswith("# {")]
    return Spied(done.returncode, done.stdout, done.stderr, json.loads(text[-1][2:]))
