"""openssl s_client: verifies chain, time and name, and knows no pins. The client that must be caught.

Refuses to repair it: no option here makes it stricter than its own documentation says.
"""

from __future__ import annotations

import re

from pinlab.evidence import Outcome

from adapters.base import (
    Adapter,
    Brief,
    Command,
    Run,
    claim,
    is_address,
    minimal_environment,
    program_version,
    reason_in,
)


class OpensslCli(Adapter):
    """`openssl s_client` with everything that it offers against impostors."""

    name = "openssl_cli"
    ways = ("address", "proxy", "hosts")
    pins = "none"

    def version(self) -> str:
        """As it says itself."""
        return program_version(["openssl", "version"]).split(" (")[0]

    def command(self, brief: Brief) -> Command:
        """A GET with the canary, sent once the handshake has been verified."""
        name = brief.host.rstrip(".")  # RFC 6066 section 3: SNI carries no final dot
        named = ["-servername", name, "-verify_hostname", name]
        argv = ["openssl", "s_client", "-quiet"]
        argv += ["-noservername", "-verify_ip", name] if is_address(name) else named
        argv += ["-verify_return_error", "-CAfile", brief.ca_file, "-no-CApath", "-no-CAstore"]
        argv += ["-min_protocol", f"TLSv{brief.tls[0]}", "-max_protocol", f"TLSv{brief.tls[1]}"]
        target = brief.address if brief.via == "address" else brief.host
        argv += ["-connect", f"{target}:{brief.port}"]
        argv += ["-proxy", brief.proxy.removeprefix("http://")] if brief.proxy else []
        head = f"GET {brief.path} HTTP/1.1\r\nHost: {brief.host}:{brief.port}\r\n"
        head += f"X-Pinlab-Canary: {brief.canary}\r\nConnection: close\r\n\r\n"
        return Command(argv, minimal_environment(), head)

    def outcome(self, run: Run) -> Outcome:
        """Accept when an answer came back; else the number of the verify error tells the reason."""
        if status := re.search(r"^HTTP/1\.1 (\d{3})", run.stdout, re.MULTILINE):
            return claim("accept", status=int(status[1]))
        reason = reason_in(run.stderr) or "transport_failed"
        return claim("reject", reason, run.stderr.strip()[-300:])
