"""undici, which is also Node's fetch, pinned by checkServerIdentity in its Agent or ProxyAgent."""

from __future__ import annotations

from typing import ClassVar

from pinlab.clients.api import KnownDeviation
from pinlab.clients.installed_release import FromNpm
from pinlab.clients.limitations import LEAF_ONLY, NO_CA_PINS

from pinlab_clients.node_https import NodeHttps


class Undici(FromNpm):
    """The undici of its lock."""

    name = "undici"
    lock = "undici"
    driver = "undici.js"
    lacks: ClassVar[dict[str, str]] = {"ca_pins": LEAF_ONLY}
    words = (("Proxy response", "proxy_refused"), *NodeHttps.words)
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = NO_CA_PINS
