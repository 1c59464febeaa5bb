"""What a server would show, as plain values: for each certificate every hash that someone may have pinned.

Pure. `objects.py` makes chains from files, `fetch.py` from a server.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from pinlab.pins.model import Kind, Pin


@dataclass(frozen=True, slots=True)
class Link:
    """One certificate of a chain; of a CSR or a key only the hashes of the key are known."""

    name: str
    digests: tuple[tuple[Kind, str, bytes], ...]
    lookalikes: tuple[tuple[str, bytes], ...] = ()
    """Hashes that people pin by mistake: what was hashed, and the value."""
    is_ca: bool = False
    not_before: datetime.datetime | None = None
    not_after: datetime.datetime | None = None

    def digest(self, kind: Kind, algorithm: str = "sha256") -> bytes | None:
        """One of its hashes, None where it is not known."""
        found = (value for one, name, value in self.digests if (one, name) == (kind, algorithm))
        return next(found, None)

    def meets(self, pin: Pin) -> bool:
        """Whether the pin's hash is one of this link's."""
        return bool(pin.digest) and self.digest(pin.kind, pin.algorithm) == pin.digest


@dataclass(frozen=True, slots=True)
class Chain:
    """The leaf first, then its issuers as far as they are known."""

    source: str
    links: tuple[Link, ...]
    what: Literal["certificates", "csr", "key"] = "certificates"
    names: tuple[str, ...] = ()
    """DNS names and addresses of the leaf, or those that a CSR asks for."""
    complete: bool = True
    """It ends in a self-signed certificate; else a root that is pinned may be missing."""
    remarks: tuple[str, ...] = ()

    @property
    def leaf(self) -> Link:
        """The certificate, the CSR or the key that it is about."""
        return self.links[0]

    def position(self, index: int) -> str:
        """What a link is called."""
        if index == 0:
            return {"certificates": "the leaf", "csr": "the CSR", "key": "the key"}[self.what]
        last = index == len(self.links) - 1
        return "the root" if last and self.complete else f"issuer {index}"
