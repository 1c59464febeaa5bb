"""Servers of others: nginx and haproxy, with one worker, TLS 1.3, no access log, sessions never resumed."""

from __future__ import annotations

from pinlab.devtools.benchmarks.peers.peer import PeerSetup, PeerStart

NGINX = """\
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 8192; }}
http {{
  access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; keepalive_requests 100000; keepalive_timeout 300s;
  server {{
    listen 127.0.0.1:{port} ssl backlog=4096; server_name _;
    ssl_certificate {chain}; ssl_certificate_key {key};
    ssl_protocols TLSv1.3; ssl_ecdh_curve X25519:P-256; ssl_session_cache off;
    location = /bulk {{ alias {bulk}; }}
    location / {{ return 200 "hello\\n"; }}
  }}
}}
"""

HAPROXY = """\
global
  maxconn 4096
defaults
  mode http
  timeout connect 10s
  timeout client 300s
  timeout server 300s
frontend front
  bind 127.0.0.1:{port} ssl crt {both} ssl-min-ver TLSv1.3 backlog 4096
  http-request return status 200 content-type text/plain string "hello"
"""


class Nginx:
    """nginx with one worker and no master."""

    name, kind, program, bulk, asks = "nginx", "server", "nginx", True, False

    def start(self, stage: PeerSetup, port: int) -> PeerStart:
        """Give its command."""
        settings = stage.folder / "nginx.conf"
        settings.write_text(
            NGINX.format(folder=stage.folder, port=port, chain=stage.chain, key=stage.key, bulk=stage.bulk),
            encoding="utf-8",
        )
        return PeerStart(["nginx", "-p", str(stage.folder), "-c", str(settings)])


class Haproxy:
    """haproxy that answers by itself."""

    name, kind, program, bulk, asks = "haproxy", "server", "haproxy", False, False

    def start(self, stage: PeerSetup, port: int) -> PeerStart:
        """Give its command."""
        settings = stage.folder / "haproxy.cfg"
        settings.write_text(HAPROXY.format(port=port, both=stage.both), encoding="utf-8")
        return PeerStart(["haproxy", "-db", "-f", str(settings)])
