"""httpx, which has no pins: the sockets of its ssl context ask for the pin when the handshake is done.

sslsocket_class and sslobject_class are where the ssl module lets one do that; the second is for TLS in TLS.
"""

from __future__ import annotations

import ssl

import httpx
import talk


def context(ca_file: str, pins: frozenset[bytes] | None) -> ssl.SSLContext:
    """Trusts `ca_file` alone; a handshake without a pinned key in the verified chain fails."""

    class Socket(ssl.SSLSocket):
        def do_handshake(self, block: bool = False) -> None:
            super().do_handshake(block)
            talk.require(pins, talk.verified_chain(self))

    class Object(ssl.SSLObject):
        def do_handshake(self) -> None:
            super().do_handshake()
            talk.require(pins, talk.verified_chain(self))

    made = ssl.create_default_context(cafile=ca_file)
    made.sslsocket_class, made.sslobject_class = Socket, Object
    return made


class ClientDriver:
    """One Client for the whole process, made anew where other pins or anchors hold."""

    client: httpx.Client | None = None
    made_for: object = None

    def visit(self, brief: dict) -> tuple[int, str]:
        talk.every_name_is_at(brief["address"])
        pins, key = talk.read_pins(brief), (brief["pins"], brief["ca_file"])
        if self.client is None or key != self.made_for:
            self.client, self.made_for = self.open(brief, pins), key
        url = f"https://{brief['host']}:{brief['port']}{brief['path']}"
        answer = self.client.get(url, headers={"X-Pinlab-Canary": brief["canary"]})
        return answer.status_code, answer.text

    def open(self, brief: dict, pins: frozenset[bytes] | None) -> httpx.Client:
        if self.client is not None:
            self.client.close()
        trust = context(brief["ca_file"], pins)
        limit = brief["timeout_ms"] / 1000
        none_kept = httpx.Limits(max_keepalive_connections=0)  # each visit meets what is there
        proxy = proxy_of(brief)
        return httpx.Client(verify=trust, proxy=proxy, trust_env=False, timeout=limit, limits=none_kept)


def proxy_of(brief: dict) -> httpx.Proxy | None:
    """The proxy, which has a name and a key of its own: trusted by `ca_file`, not pinned."""
    if not brief["proxy"]:
        return None
    tls = brief["proxy"].startswith("https:")
    own = ssl.create_default_context(cafile=brief["ca_file"]) if tls else None
    return httpx.Proxy(brief["proxy"], ssl_context=own)


talk.serve(ClientDriver().visit)
