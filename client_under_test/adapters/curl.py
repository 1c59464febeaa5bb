"""curl with --pinnedpubkey: a widely used pinned client. It pins the leaf only, after PKI has had its say.

Refuses to hide curl's own ways: what it does differently is listed in KNOWN with the reason.
"""

from __future__ import annotations

from typing import ClassVar

from pinlab.evidence import Outcome

from adapters.base import (
    Adapter,
    Brief,
    Command,
    Known,
    Run,
    claim,
    minimal_environment,
    program_version,
    reason_in,
)

EXITS = dict.fromkeys((5, 6, 7, 28, 52, 56), "transport_failed") | dict.fromkeys(
    (58, 59, 77), "config_invalid"
)
EXITS |= {
    35: "handshake_failed",
    51: "name_mismatch",
    60: "chain_untrusted",
    90: "pin_mismatch",
    97: "proxy_refused",
}
WORDS = (("CONNECT tunnel", "proxy_refused"), ("Connection reset", "transport_failed"))


class Curl(Adapter):
    """The curl that is installed."""

    name = "curl"
    ways = ("address", "proxy", "hosts")
    KNOWN: ClassVar[tuple[Known, ...]] = ()

    def version(self) -> str:
        """As it says itself."""
        return " ".join(program_version(["curl", "--version"]).split()[:2])

    def command(self, brief: Brief) -> Command:
        """One GET; pins as curl wants them: sha256//BASE64, separated by semicolons."""
        argv = [
            "curl",
            "-q",
            "-sS",
            "--http1.1",
            "--cacert",
            brief.ca_file,
            "--max-time",
            str(brief.timeout_ms / 1000),
        ]
        argv += [f"--tlsv{brief.tls[0]}", "--tls-max", brief.tls[1], "-H", f"X-Pinlab-Canary: {brief.canary}"]
        argv += ["--connect-to", f"::{brief.address}:{brief.port}"] if brief.via == "address" else []
        argv += ["--proxy", brief.proxy, "--noproxy", ""] if brief.proxy else []
        if brief.pins is not None:
            argv += ["--pinnedpubkey", ";".join(pin.replace("sha256/", "sha256//", 1) for pin in brief.pins)]
        return Command([*argv, "-w", "\n%{http_code}", brief.url], minimal_environment())

    def outcome(self, run: Run) -> Outcome:
        """curl(1), EXIT CODES."""
        if run.exit_code == 0:
            return claim("accept", status=int(run.stdout.rpartition("\n")[2] or 0))
        named = reason_in(run.stderr, *WORDS) if run.exit_code in (35, 56, 60) else None
        return claim("reject", named or EXITS.get(run.exit_code or 0, "internal"), run.stderr.strip()[-300:])
