"""Interceptors of others that forge a leaf for each name they are asked for, and relay to one server."""

from __future__ import annotations

from pinlab.devtools.benchmarks.peers.peer import PeerSetup, PeerStart

HAPROXY_FORGING = """\
global
  maxconn 4096
defaults
  mode http
  timeout connect 10s
  timeout client 300s
  timeout server 300s
frontend front
  bind 127.0.0.1:{port} ssl crt {template} ca-sign-file {authority} generate-certificates {more}
  default_backend behind
backend behind
  server origin 127.0.0.1:{upstream} ssl verify none
"""
MORE = "ssl-min-ver TLSv1.3 backlog 4096"
LEVEL_ONE = """\
openssl_conf = conf
[conf]
ssl_conf = ssl
[ssl]
system_default = defaults
[defaults]
CipherString = DEFAULT@SECLEVEL=1
"""
"""haproxy 2.6 sets 1024-bit DH parameters on each forged context, which level 2 refuses: the first
connection of each new name would be dropped."""


class HaproxyForging:
    """haproxy with `generate-certificates`: the fastest forger of the field."""

    name, kind, program, bulk, asks = "haproxy, forging", "interceptor", "haproxy", True, False

    def start(self, stage: PeerSetup, port: int) -> PeerStart:
        """Give its command."""
        settings = stage.folder / "haproxy.cfg"
        settings.write_text(
            HAPROXY_FORGING.format(
                port=port,
                template=stage.template,
                authority=stage.authority_both,
                upstream=stage.upstream,
                more=MORE,
            ),
            encoding="utf-8",
        )
        level = stage.folder / "openssl.cnf"
        level.write_text(LEVEL_ONE, encoding="utf-8")
        return PeerStart(["haproxy", "-db", "-f", str(settings)], env={"OPENSSL_CONF": str(level)})


class Sslsplit:
    """sslsplit in the foreground; it ties the group to P-256 and closes after each answer."""

    name, kind, program, bulk, asks = "sslsplit", "interceptor", "sslsplit", True, True

    def start(self, stage: PeerSetup, port: int) -> PeerStart:
        """Give its command."""
        forger = ["-k", str(stage.authority_key), "-c", str(stage.authority)]
        places = ["127.0.0.1", str(port), "127.0.0.1", str(stage.upstream)]
        return PeerStart(["sslsplit", "-D", *forger, "-P", "https", *places])


class Mitmdump:
    """mitmproxy without its face."""

    name, kind, program, bulk, asks = "mitmdump", "interceptor", "mitmdump", True, True

    def start(self, stage: PeerSetup, port: int) -> PeerStart:
        """Give its command; its CA lies in its settings folder by the name that it looks for."""
        (stage.folder / "mitmproxy-ca.pem").write_bytes(stage.authority_both.read_bytes())
        settings = ["--set", f"confdir={stage.folder}", "--set", "keep_host_header=true", "--ssl-insecure"]
        mode = ["--mode", f"reverse:https://127.0.0.1:{stage.upstream}"]
        return PeerStart(["mitmdump", "-q", *settings, *mode, "--listen-host", "127.0.0.1", "-p", str(port)])
