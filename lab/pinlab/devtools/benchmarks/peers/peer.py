"""What a measured server is: how it is set up, started and found missing. It measures nothing."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

SITE = "shop.test"
"""The name that every server is asked for; fresh ones are n1.shop.test, n2.shop.test … below its wildcard."""
STRANGE_SITE = "elsewhere.test"
"""The certificate of the server behind an interceptor does not cover fresh names below this one."""


@dataclass(frozen=True)
class PeerSetup:
    """What all share in one measurement: one identity, one CA for forgers, one server behind them."""

    folder: Path
    """Theirs to write settings into; a folder for each."""
    chain: Path
    """PEM: the leaf for `SITE` first, then its issuers."""
    key: Path
    """PEM: the leaf's private key (P-256)."""
    both: Path
    """PEM: chain and key in one file."""
    template: Path
    """PEM: certificate and key of another name, for a forger that would show `both` wherever it fits."""
    authority: Path
    """PEM: the certificate that forged leaves are issued by."""
    authority_key: Path
    authority_both: Path
    bulk: Path
    """A file of 16 MiB."""
    upstream: int
    """The port of the server behind every interceptor; 0 for servers."""


@dataclass(frozen=True)
class PeerStart:
    """How to start one: `stdin` is kept open until it is to end."""

    argv: list[str]
    stdin: str = ""
    env: dict[str, str] = field(default_factory=dict)


class Peer(Protocol):
    """One row of the comparison."""

    name: str
    kind: str
    """`server` or `interceptor`."""
    program: str
    """What must be on PATH, or one of the lab's own."""
    bulk: bool
    """Whether it can serve or relay a big file."""
    asks: bool
    """Whether it looks at the certificate of the server behind it before it forges one."""

    def start(self, stage: PeerSetup, port: int) -> PeerStart: ...


def missing(peer: Peer) -> bool:
    """Whether its program cannot be found here; the lab's own programs never are."""
    return not peer.program.startswith("pinlab-") and shutil.which(peer.program) is None
