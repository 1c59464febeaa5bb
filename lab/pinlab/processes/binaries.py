"""Where the lab's programs are and what they list; the answers are asked for once in a process.

The folder is named by the environment variable PINLAB_BIN, or came with the package.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from pinlab.core import paths
from pinlab.core.errors import PinlabError

ENVIRONMENT = "PINLAB_BIN"
LIST_DEADLINE_S = 10


class ToolError(PinlabError):
    """A program of the lab is missing or does not answer as it should; the text says which and what to do."""


def program(name: str) -> Path:
    """Give the path of a program such as "pinlab-mint"; ToolError says how to build it if need be."""
    folder = os.environ.get(ENVIRONMENT) or (str(paths.ROOT / "bin") if paths.INSTALLED else "")
    if not folder:
        raise ToolError(
            f"{ENVIRONMENT} is not set: it must name the folder that holds {name} (build/<preset>/bin)"
        )
    path = Path(folder, name)
    if not os.access(path, os.X_OK):
        raise ToolError(f"{path} is not there: build it (cmake --build build/<preset> --target {name})")
    return path


def environment() -> dict[str, str]:
    """What a program of the lab is given of this process's environment: no secret that someone keeps there.

    PATH finds a sanitizer's symbolizer, and the options are for it.
    """
    stored = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", **stored}


def listing(path: Path) -> Any:
    """Run `PROGRAM --list` and give its JSON; ToolError with its stderr when there is none."""
    try:
        run = subprocess.run(
            [path, "--list"],
            capture_output=True,
            text=True,
            timeout=LIST_DEADLINE_S,
            check=True,
            env=environment(),
        )
        return json.loads(run.stdout)
    except subprocess.CalledProcessError as failure:
        raise ToolError(
            f"{path} --list ended with {failure.returncode}: {failure.stderr.strip()}"
        ) from failure
    except (subprocess.TimeoutExpired, json.JSONDecodeError) as failure:
        raise ToolError(f"{path} --list did not answer with JSON: {failure}") from failure
