"""certbot as the tool: it issues and renews one certificate, with all that it writes below one folder.

Hooks are set to do nothing, so that no hook of /etc/letsencrypt/cli.ini reloads a real server.
"""

from __future__ import annotations

import time
from pathlib import Path

from cryptography import x509

from pinlab.processes.child import Child, pump
from pinlab.renewals.chain import RenewedChain, chain_of
from pinlab.renewals.errors import RenewalError
from pinlab.renewals.pebble import Pebble, environment, free_port, last_words
from pinlab.renewals.pinned_client import meet

DEADLINE_S = 60.0
"""For one run; it takes 2 to 5 s, most of it waiting between two questions to the server."""
HOST = "renewal.pinlab.test"
_NAME = "rehearsed"


class Certbot:
    """A certbot that starts from nothing: no account, no certificate."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder

    def issue(self, ca: Pebble) -> RenewedChain:
        """Get a first certificate, by the tool's defaults. RenewalError: it got none."""
        return self._obtain(ca, "certonly", "--standalone", "--domain", HOST, "--cert-name", _NAME)

    def renew(self, ca: Pebble, *options: str) -> RenewedChain:
        """Renew it now. RenewalError: it did not."""
        timing = ("--force-renewal", "--no-random-sleep-on-renew")
        return self._obtain(ca, "renew", *timing, "--cert-name", _NAME, *options)

    def meet(self, ca: Pebble, pin: str) -> str:
        """Show what it has now to a real client with a pin. RenewalError: no statement is possible."""
        return meet(
            HOST, self._live / "fullchain.pem", self._live / "privkey.pem", ca.roots_file, pin, self._folder
        )

    @property
    def _live(self) -> Path:
        return self._folder / "config" / "live" / _NAME

    def version(self) -> str:
        """Give what it calls itself: "certbot 2.1.0"."""
        return self._run(environment(self._folder), "--version").strip()[:40]

    def _obtain(self, ca: Pebble, *words: str) -> RenewedChain:
        env = environment(self._folder, REQUESTS_CA_BUNDLE=str(ca.tls_file))
        folders = [f"--{kind}-dir={self._folder / kind}" for kind in ("config", "work", "logs")]
        account = ("--server", ca.directory, "--agree-tos", "--register-unsafely-without-email")
        challenge = ("--http-01-address", "127.0.0.1", "--http-01-port", str(free_port()))
        quiet = ("--pre-hook", "true", "--deploy-hook", "true", "--post-hook", "true", "--no-directory-hooks")
        self._run(env, *words, *folders, *account, *challenge, *quiet, "--non-interactive")
        try:
            text = (self._live / "fullchain.pem").read_bytes()
            return chain_of(x509.load_pem_x509_certificates(text), ca.roots)
        except (OSError, ValueError) as failure:
            raise RenewalError(f"certbot: left no chain that can be read: {failure}") from failure

    def _run(self, env: dict[str, str], *words: str) -> str:
        child = Child(["certbot", *words], env=env)
        try:
            ended = pump([child], lambda: child.exited, time.monotonic() + DEADLINE_S)
        finally:
            child.finish()
        shown = f"certbot {words[0]}"
        if not ended:
            raise RenewalError(f"{shown}: not done within {DEADLINE_S:g} s: {last_words(child)}")
        if child.exit_code != 0:
            raise RenewalError(f"{shown}: ended with {child.exit_code}: {last_words(child)}")
        return child.stdout.text() + child.stderr.text()


Policy = tuple[str, ...]
DEFAULT: Policy = ()
REUSE: Policy = ("--reuse-key",)
_KNOWN: dict[str, Policy] = {
    "--reuse-key": REUSE,
    "reuse_key=true": REUSE,  # what certbot writes into the renewal file for that option
    "--no-reuse-key": ("--no-reuse-key",),
    "--new-key": ("--new-key",),
}


def policy_of(text: str | None) -> Policy | None:
    """Give the options that a plan's `policy` means; None where the lab does not know it."""
    if text is None:
        return DEFAULT
    return _KNOWN.get("".join(text.lower().removeprefix("certbot").removeprefix(" renew").split()))
