"""openssl s_client: verifies chain, time and name, and knows no pins. The client that must be caught.

Refuses to repair it: no option here makes it stricter than its own documentation says.
"""

from __future__ import annotations

import re

from pinlab.evidence import Outcome

from adapters.base import Adapter, Brief, Command, Run, claim, minimal_environment, program_version

REASONS = {
    "cert_not_yet_valid": {9},
    "cert_expired": {10},
    "chain_untrusted": {2, 7, 18, 19, 20, 21, 27, 28},
    "chain_malformed": {24, 25, 26, 32, 34, 37, 41, 47, 79, 80, 82, 83, 84, 85, 86, 89, 92, 94},
    "name_mismatch": {62, 63, 64},
    "cert_weak": {66, 67, 68},
    "cert_revoked": {23},
}
"""X509_V_ERR_* by our reasons."""
TEXTS = (
    ("protocol version", "protocol_too_old"),
    ("wrong version number", "not_tls"),
    ("connect:", "transport_failed"),
)


class OpensslCli(Adapter):
    """`openssl s_client` with everything that it offers against impostors."""

    name = "openssl_cli"
    ways = ("address", "proxy", "hosts")
    pins = "none"

    def version(self) -> str:
        """As it says itself."""
        return program_version(["openssl", "version"])

    def command(self, brief: Brief) -> Command:
        """A GET with the canary, sent once the handshake has been verified."""
        argv = ["openssl", "s_client", "-quiet", "-servername", brief.host, "-verify_hostname", brief.host]
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
        codes = {int(number) for number in re.findall(r"verify error:num=(\d+)", run.stderr)}
        reason = next((reason for reason, numbers in REASONS.items() if numbers & codes), None)
        named = next((reason for text, reason in TEXTS if text in run.stderr), None)
        return claim("reject", reason or named or "transport_failed", run.stderr.strip()[-300:])
