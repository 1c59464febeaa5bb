"""axios over a node:https agent that carries checkServerIdentity; axios has no pins of its own."""

from __future__ import annotations

from typing import ClassVar

from adapters.base import Known
from adapters.fetched import FromNpm
from adapters.leaf_only import LEAF_ONLY, NO_CA_PINS
from adapters.node_https import NodeHttps


class Axios(FromNpm):
    """The axios of its lock."""

    name = "axios"
    lock = "axios"
    driver = "axios.js"
    ways = ("address",)
    proxies = ()
    lacks: ClassVar[dict[str, str]] = {"ca_pins": LEAF_ONLY}
    words = NodeHttps.words
    KNOWN: ClassVar[tuple[Known, ...]] = NO_CA_PINS
