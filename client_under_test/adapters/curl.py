"""curl with --pinnedpubkey: a widely used pinned client; what it does in its own way is in KNOWN."""

from __future__ import annotations

from typing import ClassVar

from pinlab.evidence import Outcome

from adapters import base
from adapters.base import Adapter, Brief, Command, Known, Run, claim

EXITS = dict.fromkeys((5, 6, 7, 18, 28, 52, 56), "transport_failed")
EXITS |= {35: "handshake_failed", 51: "name_mismatch", 60: "chain_untrusted"}
EXITS |= {77: "config_invalid", 90: "pin_mismatch", 97: "proxy_refused"}
WORDS = [("CONNECT tunnel", "proxy_refused"), ("Connection reset", "transport_failed")]
WORDS += [("illegal cert name", "name_mismatch")]
LEAF_ONLY = "compares pins with the leaf only"
CA_PINS = """valid/intermediate_pinned valid/root_pinned_not_sent misissued/authority_pinned
rotation/new_intermediate_root_pinned staging/internal_authority staging/cross_signed_for_old_clients"""
NAMES = ("common_name_only", "address_in_common_name")
BAD_PINS = ("empty", "not_base64", "too_short", "hash_of_another_kind", "hex_instead_of_base64")


class Curl(Adapter):
    """The curl that is installed."""

    name = "curl"
    ways = ("address", "proxy", "hosts")
    lacks: ClassVar[dict[str, str]] = {"ca_pins": LEAF_ONLY}
    KNOWN: ClassVar[tuple[Known, ...]] = (
        *(Known(one, "LOCKED_OUT", LEAF_ONLY) for one in CA_PINS.split()),
        *(Known(f"pin_set/{one}", "WRONG_REASON", "a bad pin is a mismatch, found late") for one in BAD_PINS),
        Known("pin_set/one_of_two_malformed", "BREACHED", "ignores a bad pin beside a good one"),
        *(Known(f"wrong_name/{one}", "BREACHED", "takes the common name where no other is") for one in NAMES),
        Known("fault/truncated_without_length", "BREACHED", "takes any end for the end of an answer"),
    )

    def version(self) -> str:
        """As it says itself."""
        return " ".join(base.program_version(["curl", "--version"]).split()[:2])

    def command(self, brief: Brief) -> Command:
        """One GET; pins as curl wants them: sha256//BASE64, separated by semicolons."""
        base.plain_only(brief, "http", "https")
        argv = ["curl", "-q", "-sS", "--http1.1", "--cacert", brief.ca_file, "-w", "\n%{http_code}"]
        argv += ["--max-time", f"{brief.timeout_ms / 1000:g}"]
        argv += [f"--tlsv{brief.tls[0]}", "--tls-max", brief.tls[1]]
        argv += ["--connect-to", f"::{brief.address}:{brief.port}"] if brief.via == "address" else []
        argv += ["--proxy-cacert", brief.ca_file, "--noproxy", "", "-x", brief.proxy] if brief.proxy else []
        if brief.pins is not None:
            argv += ["--pinnedpubkey", ";".join(pin.replace("sha256/", "sha256//", 1) for pin in brief.pins)]
        argv += ["-H", f"X-Pinlab-Canary: {brief.canary}", brief.url]
        return Command(argv, base.minimal_environment())

    def outcome(self, run: Run) -> Outcome:
        """curl(1), EXIT CODES."""
        if run.exit_code == 0:
            return claim("accept", status=int(run.stdout.rpartition("\n")[2] or 0))
        named = base.reason_in(run.stderr, *WORDS) if run.exit_code in (35, 56, 60) else None
        return claim("reject", named or EXITS.get(run.exit_code or 0, "internal"), run.stderr.strip()[-300:])
