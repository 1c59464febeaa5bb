"""One SPKI pin in the notations of different clients."""

from __future__ import annotations

import base64
import dataclasses

PREFIX = "sha256/"


@dataclasses.dataclass(frozen=True)
class PinForms:
    """The SHA-256 of one public key (SubjectPublicKeyInfo, DER) as different clients write it."""

    plain: str
    """sha256/BASE64: OkHttp, TrustKit and this lab."""

    @property
    def bare(self) -> str:
        """Give the base64 alone: Android's pin element, RFC 7469's pin-sha256."""
        return self.plain.removeprefix(PREFIX)

    @property
    def curl(self) -> str:
        """Give sha256//BASE64: curl's --pinnedpubkey."""
        return f"sha256//{self.bare}"

    @property
    def hex(self) -> str:
        """Give the hash in lower-case hex."""
        return base64.b64decode(self.bare).hex()
