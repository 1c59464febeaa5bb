"""A presented chain as plain values: for each certificate every hash that may be pinned.

Pure. `chain_building.py` makes chains of certificates, requests and keys.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from pinlab.pins.model import Kind, Pin


@dataclass(frozen=True, slots=True)
class Link:
    """One certificate of a chain. Of a CSR or a key only the hashes of the key are known."""

    name: str
    digests: tuple[tuple[Kind, str, bytes], ...]
    lookalikes: tuple[tuple[str, bytes], ...] = ()
    """Hashes that are often pinned by mistake: what was hashed, and the hash."""
    is_ca: bool = False
    not_before: datetime.datetime | None = None
    not_after: datetime.datetime | None = None

    def digest(self, kind: Kind, algorithm: str = "sha256") -> bytes | None:
        """One of its hashes, None where it is not known."""
        expected = (kind, algorithm)
        found = (digest for hashed, name, digest in self.digests if (hashed, name) == expected)
        return next(found, None)

    def matches(self, pin: Pin) -> bool:
        """Whether the pin is a hash of this certificate or key."""
        return bool(pin.digest) and self.digest(pin.kind, pin.algorithm) == pin.digest


@dataclass(frozen=True, slots=True)
class CertificateChain:
    """The leaf first, then its issuers as far as they are known."""

    source: str
    links: tuple[Link, ...]
    what: Literal["certificates", "csr", "key"] = "certificates"
    names: tuple[str, ...] = ()
    """DNS names and addresses of the leaf, or those that a CSR asks for."""
    complete: bool = True
    """Whether it ends in a self-signed certificate; otherwise a pinned root may be missing."""
    remarks: tuple[str, ...] = ()

    @property
    def leaf(self) -> Link:
        """The first certificate, the CSR or the key."""
        return self.links[0]

    def position(self, index: int) -> str:
        """The name of a link in messages."""
        if index == 0:
            return {"certificates": "the leaf", "csr": "the CSR", "key": "the key"}[self.what]
        last = index == len(self.links) - 1
        return "the root" if last and self.complete else f"issuer {index}"
