"""Everything that one run is decided by, as one value that travels to every worker.

`settings_of` makes it of the options of a command; nothing else reads the environment or the clock for a run.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, replace
from pathlib import Path

from pinlab.clients import sandbox
from pinlab.clients.api import Adapter, AdapterError
from pinlab.clients.hosts_file import available
from pinlab.clients.registry import find, names
from pinlab.core import paths
from pinlab.core.errors import did_you_mean
from pinlab.runner.briefs import LOOPBACK
from pinlab.runner.extensions import NO_EXTENSION, RunExtension
from pinlab.runner.options import RunOptions

DEFAULT_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Settings:
    """One run. Paths are absolute; `command` excludes `client` in effect when it is given."""

    run_folder: str
    seed: int
    now: int
    client: str = "reference"
    command: str | None = None
    env: tuple[str, ...] = ()
    pass_env: tuple[str, ...] = ()
    via: str | None = None
    """None: the client's default way."""
    isolation: str | None = None
    """How a private hosts file is possible here (see namespace.py); None: it is not."""
    sandbox: str | None = None
    """How the client is confined (see sandbox.py); None: it is not."""
    world: str | None = None
    timeout_s: float = DEFAULT_TIMEOUT_S
    listen: str = LOOPBACK
    """The address of this machine on which the client meets the lab; loopback unless the user says so."""
    keep: bool = False
    transcripts: bool = False
    """Whether the transcript of every case is shown, and not only of those that are not as expected."""
    evidence: str | None = None
    """Folder below which the evidence of failures is kept; None: nothing is kept."""
    catalogue: str | None = None
    """Folder of the scenarios; None: the shipped one."""
    own: tuple[str, ...] = ()
    """Files of the user's own scenarios."""
    again: str | None = None
    """The command that repeats it, where that is not `pinlab run`."""
    choices: tuple[str, ...] = ()
    """NAME=VALUE for each choice that the user made."""
    extension: RunExtension = NO_EXTENSION
    """What the run is besides the catalogue against the lab's own servers."""
    selected: tuple[str, ...] = ()
    """Ids of the scenarios to run, in order; empty: all."""

    def adapter(self) -> Adapter:
        """The client of this run. AdapterError: there is no such client, or its template is wrong."""
        if self.command is not None:
            from pinlab.clients.command_line import UserCommand

            fixed = self.world is not None or not self.extension.holds_pinned_keys
            return UserCommand(self.command, self.env, self.pass_env, fixed)
        found = find(self.client)
        if found is None:
            raise AdapterError(f"no client is called {self.client!r}{did_you_mean(self.client, names())}")
        return found

    @property
    def _own_hosts(self) -> str | None:
        """What gives the client a hosts file of its own: a sandbox does."""
        return self.sandbox or self.isolation

    def via_for(self, adapter: Adapter) -> str:
        """The way onto the path. AdapterError: the client cannot take it, or this machine cannot offer it."""
        usable = [via for via in adapter.vias if via != "hosts" or self._own_hosts]
        chosen = self.via or next(iter(usable), adapter.vias[0])
        if chosen not in adapter.vias:
            raise AdapterError(
                f"{adapter.name} cannot be led by --via {chosen}; it can by: {', '.join(adapter.vias)}"
            )
        if chosen == "hosts" and not self._own_hosts:
            raise AdapterError(
                "the way `hosts` needs a mount namespace (util-linux `unshare`), which is not allowed here"
            )
        return chosen


def settings_of(options: RunOptions, folder: Path, *, transcripts: bool = False) -> Settings:
    """The settings of a run; asks the machine for its isolation only where a client may want it."""
    settings = Settings(
        run_folder=str(folder),
        seed=secrets.randbelow(2**32) if options.seed is None else options.seed,
        now=int(time.time()),
        client=options.client or "reference",
        command=options.command,
        env=options.env,
        pass_env=options.pass_env,
        via=options.via,
        world=str(options.world.absolute()) if options.world else None,
        timeout_s=options.timeout,
        keep=options.keep,
        transcripts=transcripts,
        choices=options.choices,
        sandbox=sandbox.flavour() if options.sandbox else None,
        evidence=str(paths.evidence()),
    )
    chosen = options.via or settings.adapter().vias[0]
    unshared = chosen == "hosts" and not settings.sandbox
    return replace(settings, isolation=available()) if unshared else settings
