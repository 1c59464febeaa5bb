"""The options about the user's own server as they were typed; `pinlab run` and `pinlab serve` share them.

A plain value and the words of the command line: it refuses to look at the server (see start.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

UpstreamOption = Annotated[
    str | None,
    typer.Option("--upstream", metavar="HOST:PORT", help="Your own server takes the place of the lab's."),
]
ScriptOption = Annotated[
    Path | None, typer.Option("--script", help="TOML file of the attacks in front of --upstream.")
]
CanaryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--canary",
        metavar="WHAT",
        help="What must not be lost: header:NAME=PATTERN, path:PATTERN, body:TEXT. [default: any byte]",
    ),
]
HostOption = Annotated[
    str | None, typer.Option("--host", help="The name that the client asks for. [default: --upstream's]")
]
PathOption = Annotated[
    str | None, typer.Option("--path", help="What a client asks --upstream for. [default: /]")
]
CaOption = Annotated[
    Path | None, typer.Option("--ca", help="PEM file of --upstream's own anchors. [default: the system's]")
]
InstalledOption = Annotated[
    bool, typer.Option("--ca-installed", help="The client trusts the lab's CA: only its pins can refuse.")
]
DoorOption = Annotated[
    int | None, typer.Option("--mitm-port", help="The port where the client meets the lab. [default: any]")
]
MayTestOption = Annotated[
    list[str] | None, typer.Option("--i-may-test", metavar="HOST", help="--upstream may be another machine.")
]


@dataclass(frozen=True)
class UpstreamOptions:
    """As they were typed."""

    upstream: str | None = None
    script: Path | None = None
    canary: tuple[str, ...] = ()
    host: str | None = None
    path: str | None = None
    ca: Path | None = None
    ca_installed: bool = False
    mitm_port: int | None = None
    i_may_test: tuple[str, ...] = ()

    @property
    def given(self) -> tuple[str, ...]:
        """The options that mean something only with --upstream, as far as they were given."""
        named = {
            "--script": self.script,
            "--canary": self.canary,
            "--host": self.host,
            "--path": self.path,
            "--ca": self.ca,
            "--ca-installed": self.ca_installed,
            "--mitm-port": self.mitm_port,
            "--i-may-test": self.i_may_test,
        }
        return tuple(name for name, value in named.items() if value)

    @classmethod
    def of(
        cls,
        upstream: str | None,
        script: Path | None,
        canary: list[str] | None,
        host: str | None,
        path: str | None,
        ca: Path | None,
        ca_installed: bool,
        mitm_port: int | None,
        i_may_test: list[str] | None,
    ) -> UpstreamOptions:
        """From the command line."""
        many = tuple(canary or ()), tuple(i_may_test or ())
        return cls(upstream, script, many[0], host, path, ca, ca_installed, mitm_port, many[1])
