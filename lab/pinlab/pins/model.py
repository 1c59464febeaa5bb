"""Pins as values: a hash of an object, the hosts that it is for, and the rules of the library that reads it.

Pure. A pin that its author misspelt is kept with its fault, so that a check can say what the library would do
with it; anyone who needs a sound pin asks `faults` first.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from enum import StrEnum

from pinlab.pins.spot import Spot

LENGTHS = {"sha256": 32, "sha1": 20, "md5": 16, "sha384": 48, "sha512": 64}
"""Bytes of a digest by the name of its algorithm."""


class Kind(StrEnum):
    """Which object was hashed. The three give values of the same look, and only one of them matches."""

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
    """Which hosts a pattern covers: the widest disagreement between libraries."""

    EXACT = "exact"
    ONE_LABEL = "one_label"
    """Exactly one more label, not the name itself (OkHttp's `*.`)."""
    ONE_LABEL_AND_SELF = "one_label_and_self"
    """The name itself and one more label (Apple's NSIncludesSubdomains)."""
    ANY_DEPTH = "any_depth"
    ANY_DEPTH_AND_SELF = "any_depth_and_self"
    """The name itself and anything below it (Android, TrustKit, OkHttp's `**.`)."""
    EVERY_HOST = "every_host"
    """The text names no host: curl, fingerprints, a bare list."""


class Semantics(StrEnum):
    """Whose rules decide; `semantics.py` holds the rules."""

    SPKI_ANY = "spki-any"
    SPKI_LEAF = "spki-leaf"
    CERT_HASH = "cert-hash"
    ANDROID_NSC = "android-nsc"
    APPLE_AND = "apple-and"
    TRUSTKIT = "trustkit"
    OKHTTP = "okhttp"
    CHROMIUM = "chromium"
    URLLIB3 = "urllib3"


NOWHERE = Spot()


@dataclass(frozen=True, slots=True)
class Pin:
    """One pin. `digest` is what can be made of the text even where `fault` says that the library cannot."""

    digest: bytes
    kind: Kind = Kind.SPKI
    algorithm: str = "sha256"
    label: str = ""
    role: Role = Role.ANY
    rejected: bool = False
    """On a list of keys that must not appear (Chromium)."""
    fault: str = ""
    """What is wrong with the text of this pin; empty where it is as the format wants it."""
    loose: str = field(default="", compare=False)
    """Where its library takes a text that others refuse: what is unusual about it."""
    builds: bool = field(default=False, compare=False)
    """Its library takes the faulty text without complaint, and never matches it."""
    spot: Spot = field(default=NOWHERE, compare=False)

    @property
    def object(self) -> tuple[Kind, str, bytes]:
        """What is compared: two pins with the same are one pin."""
        return self.kind, self.algorithm, self.digest


@dataclass(frozen=True, slots=True)
class HostPins:
    """The pins of one host pattern, with everything that its library takes into account."""

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
        """The pattern for people, its depth included."""
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
    """What a reader saw and a linter should say: the file is read all the same, as its library reads it."""

    rule: str
    text: str
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class PinSet:
    """Everything that one file says about pins."""

    format: str
    source: str
    hosts: tuple[HostPins, ...]
    notes: tuple[Note, ...] = field(default=(), compare=False)

    def faults(self) -> list[tuple[HostPins, Pin]]:
        """The misspelt pins."""
        return [(host, pin) for host in self.hosts for pin in host.pins if pin.fault]
