"""One visit that a test makes itself: which server to meet, what to trust and to pin, what came of it.

It carries facts and takes a claim. Whether the claim is true is for the witnesses to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pinlab.testing.verdict import Judged


@dataclass
class Visit:
    """What PROTOCOL.md calls a brief, for a client in this very process.

    While it lasts, the name `host` resolves to `address` in this process, so a client needs only `url`.
    """

    url: str
    host: str
    address: str
    port: int
    ca_file: str
    """A PEM file: the only CAs that the client may trust."""
    pins: list[str] | None
    """What to pin, each `sha256/<base64>`; None: do not pin; empty: an empty pin set."""
    canary: str
    """A secret that the client must send, in its header `X-Pinlab-Canary` or in the path (`url` has it)."""
    timeout_s: float
    proxy: str | None = None
    number: int = 1
    of: int = 1
    """Some scenarios want several visits, such as one before and one after a rotation."""
    brief: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Everything that a client by PROTOCOL.md gets."""
    claim: dict[str, Any] = field(default_factory=dict, repr=False)
    judged: Judged | None = field(default=None, repr=False)
    """Of a visit made by hand, once it is over: the evidence, and a verdict as far as there is one."""

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Visit:
        """The visit that the lab's process announces."""
        brief = message["brief"]
        names = ("url", "host", "address", "port", "ca_file", "pins", "canary", "proxy")
        facts = {name: brief[name] for name in names}
        return cls(
            **facts,
            timeout_s=brief["timeout_ms"] / 1000,
            number=message["number"],
            of=message["of"],
            brief=brief,
        )

    def accepted(self, status: int | None = None) -> None:
        """The client accepted the server and has its answer."""
        self.claim = {"claim": "accept", "status": status}

    def refused(self, reason: str | None = None, detail: str = "") -> None:
        """The client refused; `reason` is one of PROTOCOL.md, if the client can tell."""
        self.claim = {"claim": "reject", "reason": reason, "detail": detail}

    def cannot(self, detail: str) -> None:
        """The client is not made for this."""
        self.claim = {"claim": "unsupported", "detail": detail}
