"""wget with --pinnedpubkey: GnuTLS underneath, pins the leaf only, follows redirects."""

from __future__ import annotations

from typing import ClassVar

from pinlab.clients import api
from pinlab.clients.api import Adapter, Brief, Command, KnownDeviation, Run, claim
from pinlab.clients.limitations import LEAF_ONLY, NO_CA_PINS, NO_COMPRESSED_POINTS, PINS_ARE_TEXT
from pinlab.evidence.model import Outcome

GNUTLS_WORDS = (
    ("does not match pinned public key", "pin_mismatch"),
    ("has expired", "cert_expired"),
    ("is not yet activated", "cert_not_yet_valid"),
    ("owner does not match hostname", "name_mismatch"),
    ("isn't trusted", "chain_untrusted"),
    ("hasn't got a known issuer", "chain_untrusted"),
    ("Proxy tunneling failed", "proxy_refused"),
)
ANSWERED = (0, 8)
"""Exit 8: the server answered, with an error (wget(1))."""


class Wget(Adapter):
    """The wget that is installed."""

    name = "wget"
    vias = ("hosts", "proxy")
    lacks: ClassVar[dict[str, str]] = {"ca_pins": LEAF_ONLY, **NO_COMPRESSED_POINTS}
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = (*NO_CA_PINS, *PINS_ARE_TEXT)

    def version(self) -> str:
        """As it says itself."""
        return " ".join(api.program_version(["wget", "--version"]).split()[:3])

    def command(self, brief: Brief) -> Command:
        """One GET; pins as curl writes them."""
        api.plain_only(brief, "http")
        argv = ["wget", "--no-config", "--no-hsts", "-qO-", "--tries=1", f"--ca-certificate={brief.ca_file}"]
        argv += [f"--timeout={brief.timeout_ms / 1000:g}", f"--header=X-Pinlab-Canary: {brief.canary}"]
        argv += ["-e", "use_proxy=yes", "-e", f"https_proxy={brief.proxy}"] if brief.proxy else ["--no-proxy"]
        if brief.pins is not None:
            pins = ";".join(pin.replace("sha256/", "sha256//", 1) for pin in brief.pins)
            argv += [f"--pinnedpubkey={pins}"]
        return Command([*argv, brief.url], api.minimal_environment())

    def outcome(self, run: Run) -> Outcome:
        """Exit 4 and 5 stand for many faults alike: the reason is in its words, where there are any."""
        if run.exit_code in ANSWERED:
            return claim("accept")
        return claim("reject", api.reason_in(run.stderr, *GNUTLS_WORDS), run.stderr.strip()[-300:])
