"""Every module imports on its own, in a fresh interpreter, with no path but those of the installation."""

from __future__ import annotations

import os
import subprocess
import sys

LIST = """
import importlib.util, sys
from pathlib import Path
for name in ("pinlab", "pinlab_clients"):
    (place,) = importlib.util.find_spec(name).submodule_search_locations
    for path in sorted(Path(place).rglob("*.py")):
        parts = path.relative_to(Path(place).parent).with_suffix("").parts
        print(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
"""
# Libraries are loaded once, modules of ours never before their turn: each is imported in a fork of its own.
IMPORT = """
import importlib, os, sys
import cryptography.x509, jinja2, pydantic, pytest, rich.console, starlette.applications, typer, uvicorn
bad = []
for name in sys.stdin.read().split():
    assert not [loaded for loaded in sys.modules if loaded.startswith("pinlab")]
    pid = os.fork()
    if pid == 0:
        try:
            importlib.import_module(name)
        except BaseException as error:
            print(f"{name}: {type(error).__name__}: {error}", flush=True)
            os._exit(1)
        os._exit(0)
    if os.waitpid(pid, 0)[1]:
        bad.append(name)
sys.exit(bool(bad))
"""


def python(script: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """A fresh interpreter of this environment, without PYTHONPATH and away from the tree."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-P", "-c", script]
    return subprocess.run(
        command, input=text, cwd="/", env=environment, capture_output=True, text=True, timeout=300
    )


def test_every_module_imports_alone() -> None:
    listed = python(LIST)
    modules = listed.stdout.split()
    assert len(modules) > 300, listed.stderr
    done = python(IMPORT, listed.stdout)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
