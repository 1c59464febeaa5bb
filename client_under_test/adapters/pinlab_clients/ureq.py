"""ureq on rustls, pinned by a ServerCertVerifier: it asks rustls' own first, then for the leaf's key."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import ClassVar

from pinlab.clients import limitations
from pinlab.clients.api import KnownDeviation
from pinlab.clients.driver_program import Driven
from pinlab.clients.install_tools import DRIVERS, run_tool
from pinlab.core.paths import installed_clients

from pinlab_clients.go_verify_connection import NO_PSS_KEYS


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
        "ca_pins": limitations.LEAF_ONLY,
        **limitations.NO_COMPRESSED_POINTS,
        **NO_PSS_KEYS,
    }
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = (*limitations.NO_CA_PINS, *limitations.RESUMES)

    @property
    def binary(self) -> Path:
        """The program."""
        return self.installed_at / "pinned"

    @property
    def installed_at(self) -> Path:
        """Its folder."""
        return installed_clients() / "cargo" / "ureq"

    def install_into(self, folder: Path) -> None:
        """The crates of Cargo.lock, each checked by its hash there, and no others."""
        words = ["build", "--quiet", "--release", "--locked", "--target-dir", str(folder / "target")]
        run_tool(self.name, ["cargo", *words], DRIVERS / "rust")
        shutil.move(folder / "target" / "release" / "pinned", folder / "pinned")
        shutil.rmtree(folder / "target")

    def version(self) -> str:
        """By its lock, which the program was built with."""
        self.needs(self.binary)
        lock = (DRIVERS / "rust" / "Cargo.lock").read_text(encoding="utf-8").split("\n")
        crates = {name: lock[lock.index(f'name = "{name}"') + 1].split('"')[1] for name in ("ureq", "rustls")}
        return " on ".join(f"{name} {version}" for name, version in crates.items())

    def program(self) -> list[str]:
        """The program."""
        return [self.needs(self.binary)]
