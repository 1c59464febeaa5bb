"""gnutls-cli --strict-tofu: the keys of hosts stand in a file, as with ssh, and here the pins do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

from pinlab.clients import api, limitations
from pinlab.clients.api import Adapter, Brief, Command, KnownDeviation, Run, Unsupported, claim
from pinlab.clients.install_tools import DRIVERS
from pinlab.evidence.model import Outcome

DRIVER = str(DRIVERS / "sh" / "gnutls_cli.sh")
WORDS = (("has never been contacted", "pin_mismatch"), ("its key has changed", "pin_mismatch"))


class GnutlsCli(Adapter):
    """The gnutls-cli that is installed."""

    name = "gnutls_cli"
    vias = ("hosts",)
    package = "gnutls-bin"
    lacks: ClassVar[dict[str, str]] = limitations.GNUTLS_LACKS
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = (
        *limitations.NO_CA_PINS,
        *limitations.STORED_KEYS,
        limitations.FINAL_DOT,
    )

    def version(self) -> str:
        """As it says itself."""
        return api.program_version(["gnutls-cli", "--version"])

    def command(self, brief: Brief) -> Command:
        """A GET on its stdin; the pinned keys in the file of known hosts, in GnuTLS's own form."""
        api.plain_only(brief)
        keys = [pinned.public_key_file for pinned in brief.pinned or ()]
        if None in keys:
            raise Unsupported("it stores whole public keys, and of this pin only a hash is known")
        lines = [f"|g0|{brief.host}|{brief.port}|0|{_base64(key)}\n" for key in keys if key]
        Path(brief.folder, ".gnutls").mkdir(exist_ok=True)
        Path(brief.folder, ".gnutls", "known_hosts").write_text("".join(lines), encoding="ascii")
        argv = [
            str(DRIVERS / "sh" / "gnutls_cli.sh"),
            f"{brief.timeout_ms / 1000:g}",
            f"{brief.folder}/stdin",
        ]
        argv += ["--x509cafile", brief.ca_file, "-p", str(brief.port), brief.host]
        argv += ["--strict-tofu"] if brief.pinned is not None else []
        head = f"GET {brief.path} HTTP/1.1\r\nHost: {brief.host}:{brief.port}\r\n"
        head += f"X-Pinlab-Canary: {brief.canary}\r\nConnection: close\r\n\r\n"
        return Command(argv, api.minimal_environment() | {"HOME": brief.folder}, head)

    def outcome(self, run: Run) -> Outcome:
        """Accept when an answer came back; else its output."""
        if status := re.search(r"^HTTP/1\.1 (\d{3})", run.stdout, re.MULTILINE):
            return claim("accept", status=int(status[1]))
        return claim("reject", api.reason_in(run.stderr, *WORDS), run.stderr.strip()[-300:])


def _base64(key_file: str) -> str:
    return "".join(Path(key_file).read_text(encoding="ascii").split("\n")[1:-2])
