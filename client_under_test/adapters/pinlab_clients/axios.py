"""axios over a node:https agent that carries checkServerIdentity; axios has no pins of its own."""

from __future__ import annotations

from typing import ClassVar

from pinlab.clients.api import KnownDeviation
from pinlab.clients.installed_release import FromNpm
from pinlab.clients.limitations import LEAF_ONLY, NO_CA_PINS

from pinlab_clients.node_https import NodeHttps


class Axios(FromNpm):
    """The axios of its lock."""

    name = "axios"
    lock = "axios"
    driver = "axios.js"
    vias = ("address",)
    proxies = ()
    lacks: ClassVar[dict[str, str]] = {"ca_pins": LEAF_ONLY}
    words = NodeHttps.words
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = NO_CA_PINS
