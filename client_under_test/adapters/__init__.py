"""The clients that the lab knows, one file each: `find` turns a name into an adapter.

Nothing here runs anything. A file is imported only when its client is asked for.
"""

from __future__ import annotations

from importlib import import_module

from known_bad import RELEASES

from adapters import own
from adapters.base import Adapter as Adapter

CLIENTS = {
    "reference": "adapters.reference:Reference",
    "curl": "adapters.curl:Curl",
    "curl_gnutls": "adapters.curl_gnutls:CurlGnutls",
    "openssl_cli": "adapters.openssl_cli:OpensslCli",
    "wget": "adapters.wget:Wget",
    "git": "adapters.git:Git",
    "gnutls_cli": "adapters.gnutls_cli:GnutlsCli",
    "perl_io_socket_ssl": "adapters.perl_io_socket_ssl:PerlIoSocketSsl",
    "ruby_net_http": "adapters.ruby_net_http:RubyNetHttp",
    "python_stdlib": "adapters.python_stdlib:PythonStdlib",
    "go_verify_connection": "adapters.go_verify_connection:VerifyConnection",
    "go_verify_peer_certificate": "adapters.go_verify_peer_certificate:VerifyPeerCertificate",
    "node_https": "adapters.node_https:NodeHttps",
    "undici": "adapters.undici:Undici",
    "axios": "adapters.axios:Axios",
    "urllib3": "adapters.urllib3:Urllib3",
    "requests": "adapters.requests:Requests",
    "httpx": "adapters.httpx:Httpx",
    "aiohttp": "adapters.aiohttp:Aiohttp",
    "okhttp": "adapters.okhttp:OkHttp",
    "java_net_http": "adapters.java_net_http:JavaNetHttp",
    "ureq": "adapters.ureq:Ureq",
    "chromium": "adapters.chromium:Chromium",
    "dotnet": "adapters.dotnet:Dotnet",
    **RELEASES,
}
"""Name of a client and where its adapter is. Each can be used without the others."""


def names() -> tuple[str, ...]:
    """Names that `find` knows; `flawed:NAME` stands for one of those that `pinlab flaws` lists."""
    return (*CLIENTS, *(name for name in own.names() if name not in CLIENTS), "flawed:NAME")


def find(name: str) -> Adapter | None:
    """The adapter called `name`, or None."""
    if name.startswith("flawed:"):
        from adapters.flawed import Flawed

        return Flawed(name.removeprefix("flawed:"))
    if name not in CLIENTS:
        return own.find(name) if name in own.names() else None
    module, _, word = CLIENTS[name].partition(":")
    made: Adapter = getattr(import_module(module), word)()
    return made
