"""How each library decides, with the source: its code or its documentation.

Pure data, used by `decide.py` and the linter. A library that is not here has the rules of the most similar one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pinlab.pins.model import Semantics


@dataclass(frozen=True, slots=True)
class Library:
    """One library's rules."""

    title: str
    source: str
    leaf_only: bool = False
    """Compares only the leaf; a pin of an issuer never matches."""
    both_lists: bool = False
    """Has a list for the leaf and one for issuers; where both are present, both must match."""
    expiry_opens: bool = False
    """From the expiration date on nothing is pinned: it fails open."""
    fewest: int = 0
    """An enforced set needs so many different pins; with fewer the app stops at its start."""
    empty: Literal["unpinned", "refuses"] = "unpinned"
    """What a set without pins means."""
    misspelt: Literal["stops", "never matches"] = "never matches"
    """What one malformed pin does: the app does not start, or this pin never matches."""
    unites: bool = False
    """All patterns that cover a host count together; otherwise only the most specific one."""
    hides_parent: bool = False
    """A more specific entry hides its parent even for names that it does not cover."""


LIBRARIES: dict[Semantics, Library] = {
    Semantics.SPKI_ANY: Library(
        "any key of the validated chain", "RFC 7469 2.6", empty="refuses", misspelt="stops", unites=True
    ),
    Semantics.SPKI_LEAF: Library(
        "curl, wget, git, OpenConnect", "curl lib/vtls: Curl_pin_peer_pubkey", leaf_only=True, empty="refuses"
    ),
    Semantics.CERT_HASH: Library(
        "fingerprint of the leaf certificate", "the applications' own code", leaf_only=True, empty="refuses"
    ),
    Semantics.URLLIB3: Library(
        "urllib3, where an empty fingerprint disables pinning",
        "urllib3 connection.py: `if self.assert_fingerprint`",
        leaf_only=True,
    ),
    Semantics.ANDROID_NSC: Library(
        "Android network security configuration",
        "AOSP NetworkSecurityTrustManager.java, XmlConfigSource.java",
        expiry_opens=True,
        misspelt="stops",
    ),
    Semantics.APPLE_AND: Library(
        "Apple NSPinnedDomains", "developer.apple.com, NSPinnedDomains", both_lists=True
    ),
    Semantics.TRUSTKIT: Library(
        "TrustKit",
        "TrustKit ssl_pin_verifier.m, parse_configuration.m",
        expiry_opens=True,
        fewest=2,
        misspelt="stops",
    ),
    Semantics.OKHTTP: Library(
        "OkHttp CertificatePinner", "okhttp3/CertificatePinner.kt", misspelt="stops", unites=True
    ),
    Semantics.CHROMIUM: Library(
        "Chromium static pins", "net/http/transport_security_state.cc", misspelt="stops", hides_parent=True
    ),
}
