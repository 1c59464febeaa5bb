"""curl with --pinnedpubkey: a widely used pinned client; what it does in its own way is in KNOWN."""

from __future__ import annotations

from typing import ClassVar

from pinlab.clients import api
from pinlab.clients.api import Adapter, Brief, Command, KnownDeviation, Run, claim
from pinlab.clients.limitations import LEAF_ONLY, NO_CA_PINS, PINS_ARE_TEXT
from pinlab.evidence.model import Outcome

EXITS = dict.fromkeys((5, 6, 7, 18, 28, 52, 56), "transport_failed")
EXITS |= {35: "handshake_failed", 51: "name_mismatch", 60: "chain_untrusted"}
EXITS |= {77: "config_invalid", 90: "pin_mismatch", 97: "proxy_refused"}
WORDS = [("CONNECT tunnel", "proxy_refused"), ("Connection reset", "transport_failed")]
WORDS += [("illegal cert name", "name_mismatch")]
NAMES = ("common_name_only", "address_in_common_name")


class Curl(Adapter):
    """The curl that is installed."""

    name = "curl"
    vias = ("address", "proxy", "hosts")
    lacks: ClassVar[dict[str, str]] = {"ca_pins": LEAF_ONLY}
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = (
        *NO_CA_PINS,
        *PINS_ARE_TEXT,
        *(
            KnownDeviation(f"wrong_name/{name}", "BREACHED", "takes the common name where no other is")
            for name in NAMES
        ),
        KnownDeviation(
            "fault/truncated_without_length", "BREACHED", "takes any end for the end of an answer"
        ),
    )

    def version(self) -> str:
        """As it says itself."""
        return " ".join(api.program_version(["curl", "--version"]).split()[:2])

    def command(self, brief: Brief) -> Command:
        """One GET; pins as curl wants them: sha256//BASE64, separated by semicolons."""
        api.plain_only(brief, "http", "https")
        argv = ["curl", "-q", "-sS", "--http1.1", "--cacert", brief.ca_file, "-w", "\n%{http_code}"]
        argv += ["--max-time", f"{brief.timeout_ms / 1000:g}"]
        argv += [f"--tlsv{brief.tls[0]}", "--tls-max", brief.tls[1]]
        argv += ["--connect-to", f"::{brief.address}:{brief.port}"] if brief.via == "address" else []
        argv += ["--proxy-cacert", brief.ca_file, "--noproxy", "", "-x", brief.proxy] if brief.proxy else []
        if brief.pins is not None:
            argv += ["--pinnedpubkey", ";".join(pin.replace("sha256/", "sha256//", 1) for pin in brief.pins)]
        argv += ["-H", f"X-Pinlab-Canary: {brief.canary}", brief.url]
        return Command(argv, api.minimal_environment())

    def outcome(self, run: Run) -> Outcome:
        """curl(1), EXIT CODES."""
        if run.exit_code == 0:
            return claim("accept", status=int(run.stdout.rpartition("\n")[2] or 0))
        named = api.reason_in(run.stderr, *WORDS) if run.exit_code in (35, 56, 60) else None
        return claim("reject", named or EXITS.get(run.exit_code or 0, "internal"), run.stderr.strip()[-300:])
