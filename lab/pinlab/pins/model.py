"""Pins as values: a hash of an object, the hosts that it is for, and the rules of the library that reads it.

Pure. A malformed pin is kept with its fault, so that a check can say what the library does with it. Code that
needs valid pins looks at `faults` first.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from enum import StrEnum

from pinlab.pins.source import NOWHERE, Spot

LENGTHS = {"sha256": 32, "sha1": 20, "md5": 16, "sha384": 48, "sha512": 64}
"""Bytes of a digest by the name of its algorithm."""


class Kind(StrEnum):
    """Which object was hashed. The three hashes look alike, and only one of them matches."""

    SPKI = "spki"
    """SubjectPublicKeyInfo, DER (RFC 5280 4.1.2.7): what RFC 7469 calls a pin."""
    CERTIFICATE = "certificate"
    """The whole certificate, DER: a fingerprint. It changes with every renewal."""
    RAW_KEY = "raw-key"
    """The bits of the key without its algorithm identifier (RFC 5280 4.2.1.2 method 1)."""


class Role(StrEnum):
    """Which certificates of a chain a pin may match."""

    ANY = "any"
    LEAF = "leaf"
    CA = "ca"


class Match(StrEnum):
    """Which hosts a pattern covers. Libraries differ most in this."""

    EXACT = "exact"
    ONE_LABEL = "one_label"
    """Exactly one more label, not the name itself (OkHttp's `*.`)."""
    ONE_LABEL_AND_SELF = "one_label_and_self"
    """The name itself and one more label (Apple's NSIncludesSubdomains)."""
    ANY_DEPTH = "any_depth"
    ANY_DEPTH_AND_SELF = "any_depth_and_self"
    """The name itself and anything below it (Android, TrustKit, OkHttp's `**.`)."""
    EVERY_HOST = "every_host"
    """The file names no host: curl, fingerprints, a plain list."""


class Semantics(StrEnum):
    """Which library's rules apply; `semantics.py` holds them."""

    SPKI_ANY = "spki-any"
    SPKI_LEAF = "spki-leaf"
    CERT_HASH = "cert-hash"
    ANDROID_NSC = "android-nsc"
    APPLE_AND = "apple-and"
    TRUSTKIT = "trustkit"
    OKHTTP = "okhttp"
    CHROMIUM = "chromium"
    URLLIB3 = "urllib3"


@dataclass(frozen=True, slots=True)
class Pin:
    """One pin. Where `fault` is set, `digest` is the hash that its author probably meant, empty if unknown."""

    digest: bytes
    kind: Kind = Kind.SPKI
    algorithm: str = "sha256"
    label: str = ""
    role: Role = Role.ANY
    rejected: bool = False
    """On a list of keys that must not appear (Chromium)."""
    fault: str = ""
    """What is wrong with the text of this pin; empty where it is valid."""
    loose: str = field(default="", compare=False)
    """What is unusual about a text that this library accepts and others refuse."""
    builds: bool = field(default=False, compare=False)
    """The library starts with the malformed text, and the pin never matches."""
    spot: Spot = field(default=NOWHERE, compare=False)

    @property
    def object(self) -> tuple[Kind, str, bytes]:
        """What is compared; two pins with an equal object are the same pin."""
        return self.kind, self.algorithm, self.digest


@dataclass(frozen=True, slots=True)
class HostPins:
    """The pins of one host pattern, with all settings that the library uses."""

    pattern: str
    match: Match
    pins: tuple[Pin, ...]
    semantics: Semantics
    expires: datetime.date | None = None
    enforced: bool = True
    """False: a mismatch is reported, and the connection goes on."""
    report_uris: tuple[str, ...] = ()
    spot: Spot = field(default=NOWHERE, compare=False)

    @property
    def include_subdomains(self) -> bool:
        """Whether any name below the pattern is covered."""
        return self.match != Match.EXACT

    @property
    def shown(self) -> str:
        """The pattern as reports show it, with the depth of subdomains."""
        marks = {
            Match.ONE_LABEL: f"*.{self.pattern}",
            Match.ONE_LABEL_AND_SELF: f"{self.pattern} and *.{self.pattern}",
            Match.ANY_DEPTH: f"all below {self.pattern}",
            Match.ANY_DEPTH_AND_SELF: f"{self.pattern} and all below",
            Match.EVERY_HOST: "every host",
        }
        return marks.get(self.match, self.pattern)


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the linter reports about a file. The file is read as its library reads it."""

    rule: str
    text: str
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class PinSet:
    """All pins of one file."""

    format: str
    source: str
    hosts: tuple[HostPins, ...]
    remarks: tuple[Note, ...] = field(default=(), compare=False)

    def faults(self) -> list[tuple[HostPins, Pin]]:
        """The malformed pins."""
        return [(host, pin) for host in self.hosts for pin in host.pins if pin.fault]
