"""A private hosts file for one child: a mount namespace in which /etc/hosts is another file.

Made with util-linux `unshare`; it asks once whether that is allowed and never changes the machine itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

_SCRIPT = 'mount --bind "$0" /etc/hosts && exec "$@"'
_FLAVOURS = {
    "root": ["unshare", "--mount", "--propagation", "private", "--"],
    "user": ["unshare", "--user", "--map-current-user", "--keep-caps", "--mount", "--"],
    "user_root": ["unshare", "--user", "--map-root-user", "--mount", "--"],
}
"""By the rights of anyone who runs the lab; the first that works is taken."""
_PROBE_NAME = "namespace-probe.pinlab.test"


def wrap(flavour: str, hosts_file: str, argv: Sequence[str]) -> list[str]:
    """`argv` as a command that sees `hosts_file` as /etc/hosts; the script is ours, `argv` is never parsed.

    A new user namespace makes the kernel forget that the child must die with its parent (prctl(2)), so that
    is repeated inside.
    """
    again = [] if flavour == "root" else ["setpriv", "--pdeathsig", "KILL", "--"]
    return [*_FLAVOURS[flavour], "/bin/sh", "-c", _SCRIPT, hosts_file, *again, *argv]


def hosts_text(host: str, address: str) -> str:
    """A hosts file in which `host`, and nothing but it and localhost, has an address."""
    plain = host.rstrip(".")
    return f"127.0.0.1 localhost\n::1 localhost\n{address} {plain} {plain}.\n"


def available() -> str | None:
    """The flavour of isolation that this machine allows, or None."""
    if not shutil.which("unshare") or not Path("/etc/hosts").exists():
        return None
    flavours = ["root"] if os.geteuid() == 0 else ["user", "user_root"]
    with tempfile.TemporaryDirectory(prefix="pinlab-probe-") as folder:
        hosts = Path(folder, "hosts")
        hosts.write_text(hosts_text(_PROBE_NAME, "127.0.0.1"), encoding="ascii")
        return next((flavour for flavour in flavours if _works(flavour, str(hosts))), None)


def _works(flavour: str, hosts: str) -> bool:
    command = wrap(flavour, hosts, ["grep", "-q", _PROBE_NAME, "/etc/hosts"])
    try:
        return subprocess.run(command, capture_output=True, timeout=5, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
