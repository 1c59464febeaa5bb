"""A copy of the launcher in a folder with a space in its name; dpkg, apt and the build tools are invented.

Nothing here reaches the network, the system or a compiler; bash and the launcher's own files are real.
"""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

DPKG_QUERY = """#!/bin/sh
echo "dpkg-query $*" >>"$FAKES/calls"
cat "$FAKES/installed"
"""
APT_GET = """#!/bin/sh
echo "apt-get $* [$DEBIAN_FRONTEND]" >>"$FAKES/calls"
case "$*" in *install*) cp "$FAKES/offered" "$FAKES/installed" ;; esac
"""
APT_CACHE = """#!/bin/sh
awk -v name="$2" '$1 == name { print name ":\\n  Installed: (none)\\n  Candidate: " $3 }' "$FAKES/offered"
"""
NINJA = """#!/bin/sh
echo "ninja $*" >>"$FAKES/calls"
cat "$FAKES/ninja-says"
exit "$(cat "$FAKES/ninja-status")"
"""
PYTHON = """#!/bin/sh
case "$*" in
*sysconfig*) mkdir -p "$FAKES/site" && echo "$FAKES/site" && exit ;;
*scikit_build_core*) exit ;;
esac
for argument; do printf '<%s>' "$argument"; done
printf '\\nbin %s\\npath %s\\n' "$PINLAB_BIN" "$PYTHONPATH"
"""
PACKAGES = """\
one # the first reason
two (>= 2.0) | three # the second reason
"""
STAMPS = """
. ci/setup.sh && mkdir -p "$pinlab_stamps" && find_python &&
    write_stamp venv "$(venv_key)" && write_stamp lab "$(lab_key)" &&
    write_stamp configure-release "$(preset_key release)"
"""


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


@dataclass(frozen=True)
class Tree:
    """One copied tree; `installed` and `offered` are maps from package to version."""

    root: Path
    fakes: Path

    def packages(self, installed: dict[str, str], offered: dict[str, str] | None = None) -> None:
        for name, versions in (("installed", installed), ("offered", offered or {})):
            lines = [f"{package}\tinstalled\t{version}\n" for package, version in versions.items()]
            (self.fakes / name).write_text("".join(lines))

    def build_says(self, text: str, status: int) -> None:
        (self.fakes / "ninja-says").write_text(text)
        (self.fakes / "ninja-status").write_text(str(status))

    def calls(self, tool: str) -> list[str]:
        """The command lines with which the invented tool was called, in order."""
        log = self.fakes / "calls"
        lines = log.read_text().splitlines() if log.exists() else []
        return [line for line in lines if line.startswith(tool)]

    def environment(self) -> dict[str, str]:
        return {"PATH": f"{self.fakes}:/usr/bin:/bin:/usr/sbin:/sbin", "FAKES": str(self.fakes), "HOME": "/"}

    def run(self, *arguments: str, unprivileged: bool = False) -> subprocess.CompletedProcess[str]:
        """Starts the launcher from another folder, without a terminal; two minutes at most."""
        command = [str(self.root / "pinlab"), *arguments]
        if unprivileged and os.geteuid() == 0:
            command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
        return subprocess.run(
            command,
            cwd="/",
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def run_at_terminal(self, answer: str, *arguments: str) -> tuple[int, str]:
        """Starts it with a terminal as stdin and stderr, on which `answer` is typed; status and stderr."""
        keyboard, terminal = pty.openpty()
        os.write(keyboard, f"{answer}\n".encode())
        child = subprocess.Popen(
            [str(self.root / "pinlab"), *arguments],
            env=self.environment(),
            stdin=terminal,
            stdout=subprocess.DEVNULL,
            stderr=terminal,
        )
        os.close(terminal)
        seen = b""
        try:
            while chunk := os.read(keyboard, 4096):
                seen += chunk
        except OSError:
            pass  # Linux reports the last close of the other side as EIO
        os.close(keyboard)
        return child.wait(timeout=30), seen.decode()


def make_tree(folder: Path) -> Tree:
    """A complete tree: packages installed, venv and build in place and stamped."""
    tree = Tree(folder / "pin lab", folder / "fakes")
    tree.root.mkdir()
    for name in ("pinlab", "CMakePresets.json", "pyproject.toml"):
        shutil.copy(ROOT / name, tree.root / name)
    shutil.copytree(ROOT / "ci", tree.root / "ci")
    (tree.root / "ci/packages.txt").write_text(PACKAGES)
    for name, text in (
        ("dpkg-query", DPKG_QUERY),
        ("apt-get", APT_GET),
        ("apt-cache", APT_CACHE),
        ("ninja", NINJA),
    ):
        script(tree.fakes / name, text)
    script(tree.root / "build/venv/bin/python", PYTHON)
    script(tree.root / "build/release/bin/pinlab-mint", "#!/bin/sh\n")
    (tree.root / "build/release/build.ninja").touch()
    (tree.root / "build/release/.ninja_log").touch()
    tree.packages({"one": "1.0", "two": "2.1"})
    tree.build_says("ninja: no work to do.\n", 0)
    subprocess.run(["bash", "-c", STAMPS], cwd=tree.root, env=tree.environment(), check=True)
    return tree
