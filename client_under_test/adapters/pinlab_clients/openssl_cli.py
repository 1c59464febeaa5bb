"""openssl s_client: verifies chain, time and name, and knows no pins. The client that must be caught."""

from __future__ import annotations

import re
from typing import ClassVar

from pinlab.clients import api
from pinlab.clients.api import Adapter, Brief, Command, KnownDeviation, Run, claim
from pinlab.evidence.model import Outcome

TRANSPORT = ("errno=", "Connection re", "timed out", "unexpected eof")
"""What it says when the connection broke; of what else it says no reason is guessed."""
WORDS = (("dh key too small", "handshake_failed"), ("HTTP CONNECT failed", "proxy_refused"))


class OpensslCli(Adapter):
    """`openssl s_client` with everything that it offers against impostors."""

    name = "openssl_cli"
    vias = ("address", "proxy", "hosts")
    pins = "none"
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = (
        KnownDeviation("wrong_name/common_name_only", "BREACHED", "takes the common name where no other is"),
        KnownDeviation(
            "wrong_name/wildcard_inside_a_label", "BREACHED", "takes partial wildcards by default"
        ),
        KnownDeviation(
            "fault/truncated_*", "BREACHED", "prints what arrives and knows no HTTP that could be cut"
        ),
    )

    def version(self) -> str:
        """As it says itself."""
        return api.program_version(["openssl", "version"]).split(" (")[0]

    def command(self, brief: Brief) -> Command:
        """A GET with the canary, sent once the handshake has been verified."""
        api.plain_only(brief, "http")
        name = brief.host.rstrip(".")  # RFC 6066 section 3: SNI carries no final dot
        named = ["-servername", name, "-verify_hostname", name]
        argv = ["timeout", f"{brief.timeout_ms / 1000:g}", "openssl", "s_client", "-quiet"]
        argv += ["-alpn", "http/1.1"]
        argv += ["-noservername", "-verify_ip", name] if api.is_address(name) else named
        argv += ["-verify_return_error", "-CAfile", brief.ca_file, "-no-CApath", "-no-CAstore"]
        argv += ["-min_protocol", f"TLSv{brief.tls[0]}", "-max_protocol", f"TLSv{brief.tls[1]}"]
        argv += ["-connect", f"{brief.address if brief.via == 'address' else brief.host}:{brief.port}"]
        argv += ["-proxy", brief.proxy.removeprefix("http://")] if brief.proxy else []
        head = f"GET {brief.path} HTTP/1.1\r\nHost: {brief.host}:{brief.port}\r\n"
        head += f"X-Pinlab-Canary: {brief.canary}\r\nConnection: close\r\n\r\n"
        return Command(argv, api.minimal_environment(), head)

    def outcome(self, run: Run) -> Outcome:
        """Accept when an answer came back; else its verify error tells the reason, if it tells any."""
        late = run.exit_code == 124  # by timeout(1): s_client itself would wait for ever
        if not late and (status := re.search(r"^HTTP/1\.1 (\d{3})", run.stdout, re.MULTILINE)):
            return claim("accept", status=int(status[1]))
        broken = late or any(words in run.stderr for words in TRANSPORT)
        reason = api.reason_in(run.stderr, *WORDS) or ("transport_failed" if broken else None)
        return claim("reject", reason, run.stderr.strip()[-300:])
