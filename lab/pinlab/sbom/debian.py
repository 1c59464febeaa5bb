"""Debian packages of ci/packages.txt, in the versions that are installed here.

Where dpkg is not, or a package is not installed, it has no version: the list itself names only lower bounds.
"""

from __future__ import annotations

import platform
import re
import subprocess
from collections.abc import Iterator

from pinlab.sbom.component import Component
from pinlab.tools import environment

_NAME = re.compile(r"[a-z0-9][a-z0-9.+-]*")
FORMAT = "${Package}\\t${db:Status-Status}\\t${Version}\\t${Architecture}\\n"


def packages(text: str) -> Iterator[Component]:
    """A component for each line of the list: the first alternative that is installed, else the first."""
    lines = [(spec, why.strip()) for line in text.splitlines() for spec, _, why in [line.partition("#")]]
    wanted = [(_alternatives(spec), why) for spec, why in lines if spec.strip()]
    here = installed([name for names, _ in wanted for name in names])
    for names, why in wanted:
        name = next((one for one in names if one in here), names[0])
        version, architecture = here.get(name, (None, ""))
        more = f"?arch={architecture}" if architecture else ""
        yield Component("deb", name, version, _distribution(), why=why, qualifiers=more)


def installed(names: list[str]) -> dict[str, tuple[str, str]]:
    """Version and architecture of those that are installed; {} where there is no dpkg."""
    try:
        done = subprocess.run(
            ["dpkg-query", "-W", "-f", FORMAT, *names],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            env=environment(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    return {row[0]: (row[2], row[3]) for row in rows if len(row) == 4 and row[1] == "installed"}


def _alternatives(spec: str) -> list[str]:
    return [found[0] for one in spec.split("|") if (found := _NAME.search(one))]


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release().get("ID", "debian")
    except OSError:
        return "debian"
