"""git with http.pinnedPubkey: libcurl on GnuTLS underneath; it asks for a repository that is not there."""

from __future__ import annotations

from typing import ClassVar

from pinlab.clients import api
from pinlab.clients.api import Adapter, Brief, Command, KnownDeviation, Run, claim
from pinlab.clients.limitations import FINAL_DOT, GNUTLS_LACKS, NO_CA_PINS, PINS_ARE_TEXT
from pinlab.evidence.model import Outcome

WORDS = (
    ("public key does not match pinned", "pin_mismatch"),
    ("does not match target host", "name_mismatch"),
    ("CONNECT tunnel failed", "proxy_refused"),
)
"""Of a bad chain it says that verification failed, whatever was wrong: that names no reason."""
ANSWERED = ("not valid: is this a git repository", "not found", "The requested URL returned error: ")
"""What git says of a server that is right in every respect, but is none of git's."""
TLS_IN_TLS = "its curl on GnuTLS may wait for ever behind an HTTPS proxy: it misses what one record brings"


class Git(Adapter):
    """The git that is installed."""

    name = "git"
    vias = ("address", "proxy", "hosts")
    lacks: ClassVar[dict[str, str]] = GNUTLS_LACKS
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = (*NO_CA_PINS, *PINS_ARE_TEXT, FINAL_DOT)

    def version(self) -> str:
        """As it says itself."""
        return api.program_version(["git", "--version"])

    def command(self, brief: Brief) -> Command:
        """ls-remote; pins as curl writes them."""
        api.plain_only(brief, "http", "https", "socks5")
        if brief.proxy and brief.proxy.startswith("https:"):
            raise api.Unsupported(TLS_IN_TLS)
        facts = {"sslCAInfo": brief.ca_file, "extraHeader": f"X-Pinlab-Canary: {brief.canary}"}
        if brief.via == "address":
            facts["curloptResolve"] = f"{brief.host}:{brief.port}:{brief.address}"
        if brief.proxy:
            facts |= {"proxy": brief.proxy.replace("socks5:", "socks5h:"), "proxySSLCAInfo": brief.ca_file}
        if brief.pins is not None:
            facts["pinnedPubkey"] = ";".join(pin.replace("sha256/", "sha256//", 1) for pin in brief.pins)
        options = [word for key, value in facts.items() for word in ("-c", f"http.{key}={value}")]
        env = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0"}
        return Command(["git", *options, "ls-remote", brief.url], api.minimal_environment() | env)

    def outcome(self, run: Run) -> Outcome:
        """Exit 128 stands for every failure; what was wrong is only in the words."""
        if run.exit_code == 0 or any(words in run.stderr for words in ANSWERED):
            return claim("accept")
        return claim("reject", api.reason_in(run.stderr, *WORDS), run.stderr.strip()[-300:])
