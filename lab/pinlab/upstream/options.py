"""The options about the user's own server; `pinlab run` and `pinlab serve` share them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

from pinlab.core.options import option


@dataclass(frozen=True)
class UpstreamOptions:
    """As they were typed."""

    upstream: str | None = option(None, "Your own server takes the place of the lab's.", metavar="HOST:PORT")
    script: Path | None = option(None, "TOML file of the attacks in front of --upstream.")
    canary: tuple[str, ...] = option(
        (),
        "What must not be lost: header:NAME=PATTERN, path:PATTERN, body:TEXT. [default: any byte]",
        metavar="WHAT",
    )
    host: str | None = option(None, "The name that the client asks for. [default: --upstream's]")
    path: str | None = option(None, "What a client asks --upstream for. [default: /]")
    ca: Path | None = option(None, "PEM file of --upstream's own anchors. [default: the system's]")
    ca_installed: bool = option(
        False, "The client trusts the lab's CA: only its pins can refuse.", "--ca-installed"
    )
    mitm_port: int | None = option(None, "The port where the client meets the lab. [default: any]")
    i_may_test: tuple[str, ...] = option((), "--upstream may be another machine.", metavar="HOST")

    @property
    def given(self) -> tuple[str, ...]:
        """The options that mean something only with --upstream, as far as they were given."""
        names = [entry.name for entry in fields(self) if entry.name != "upstream"]
        return tuple(f"--{name.replace('_', '-')}" for name in names if getattr(self, name))
