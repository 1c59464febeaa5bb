"""ureq on rustls, pinned by a ServerCertVerifier: it asks rustls' own first, then for the leaf's key."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from adapters import leaf_only
from adapters.base import Known
from adapters.driven import DRIVERS, Driven, installed
from adapters.go_verify_connection import NO_PSS_KEYS


class Ureq(Driven):
    """A Rust program built by `pinlab clients install`, with the crates of its Cargo.lock."""

    name = "ureq"
    ecosystem = "Cargo"
    sessions = True
    proxies = ("http", "socks5")
    words = (
        ("UnknownIssuer", "chain_untrusted"),
        ("certificate expired", "cert_expired"),
        ("not valid yet", "cert_not_yet_valid"),
        ("not valid for name", "name_mismatch"),
        ("roxy failed", "proxy_refused"),
        ("timed out", "transport_failed"),
    )
    lacks: ClassVar[dict[str, str]] = {
        "ca_pins": leaf_only.LEAF_ONLY,
        **leaf_only.NO_COMPRESSED_POINTS,
        **NO_PSS_KEYS,
    }
    KNOWN: ClassVar[tuple[Known, ...]] = (*leaf_only.NO_CA_PINS, *leaf_only.RESUMES)

    @property
    def binary(self) -> Path:
        """The program."""
        return installed() / "cargo" / "ureq" / "pinned"

    def version(self) -> str:
        """By its lock, which the program was built with."""
        self.needs(self.binary)
        lock = (DRIVERS / "rust" / "Cargo.lock").read_text(encoding="utf-8").split("\n")
        crates = {name: lock[lock.index(f'name = "{name}"') + 1].split('"')[1] for name in ("ureq", "rustls")}
        return " on ".join(f"{name} {version}" for name, version in crates.items())

    def program(self) -> list[str]:
        """The program."""
        return [self.needs(self.binary)]
