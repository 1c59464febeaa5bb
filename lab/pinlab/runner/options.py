"""The options of `pinlab run` that choose the client and what it is put through; each is declared here alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pinlab.core.enums import Suite
from pinlab.core.errors import UsageError, did_you_mean
from pinlab.core.options import option
from pinlab.runner.workers import MOST_WORKERS, worker_count

VIAS = ("address", "hosts", "proxy")


@dataclass(frozen=True)
class RunOptions:
    """As they were typed."""

    client: str | None = option(None, "A client that `pinlab clients` lists. [default: reference]")
    command: str | None = option(None, "A program of yours: 'my-app {url} --ca {ca_file}'.")
    via: str | None = option(None, "How the client is led to the lab: address, hosts or proxy.")
    env: tuple[str, ...] = option((), "NAME=TEMPLATE for the --command's environment.")
    pass_env: tuple[str, ...] = option((), "NAME of a variable that it keeps.")
    world: Path | None = option(None, "A test PKI made by `pinlab world create`.")
    only: tuple[str, ...] = option((), "GLOB of scenario ids, or a family.")
    suite: str | None = option(
        None, "smoke, pinning or full. [default: full for a client of ours or with --only, else pinning]"
    )
    choices: tuple[str, ...] = option(
        (), "A choice that RFCs leave; see `list --choices`.", "--set", metavar="NAME=VALUE"
    )
    workers: str = option("auto", "Processes in parallel.", "-n", metavar="auto|N")
    timeout: float = option(10.0, "Seconds that the client gets for each visit.")
    keep: bool = option(False, "Keep every case, with TLS secrets and packets.", "--keep")
    seed: int | None = option(None, "Fixes order, canaries and mutations.")
    sandbox: bool = option(
        False, "Confine the client by bubblewrap: it reads only what it must.", "--sandbox"
    )

    def check(self) -> None:
        """UsageError for what cannot be asked together or at all."""
        if self.client is not None and self.command is not None:
            raise UsageError("--client and --command exclude each other")
        if (self.env or self.pass_env) and self.command is None:
            raise UsageError("--env and --pass-env belong to --command")
        if self.suite is not None and self.suite not in tuple(Suite):
            near = did_you_mean(self.suite, Suite)
            raise UsageError(f"--suite is {', '.join(Suite)}, not {self.suite!r}{near}")
        if self.via not in (None, *VIAS):
            raise UsageError(f"--via is address, hosts or proxy, not {self.via!r}")
        if not 0.05 <= self.timeout <= 3600:
            raise UsageError(f"--timeout wants seconds between 0.05 and 3600, not {self.timeout:g}")
        try:
            worker_count(self.workers, 1)
        except ValueError as error:
            raise UsageError(
                f"-n wants `auto` or a number from 0 to {MOST_WORKERS}, not {self.workers!r}"
            ) from error
