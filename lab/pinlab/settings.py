"""Everything that one run is decided by, as one value that travels to every worker.

It refuses to read the environment or the clock: whoever makes it has decided already.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from adapters import Adapter, find, names
from adapters.base import AdapterError

from pinlab.briefs import HOME
from pinlab.complaints import near
from pinlab.upstream.facts import Upstream

DEFAULT_TIMEOUT_S = 10.0
FILE = "run.json"


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
    listen: str = HOME
    """The address of this machine on which the client meets the lab; loopback unless the user says so."""
    keep: bool = False
    stories: bool = False
    """Whether the story of every case is told, and not only of those that are not as expected."""
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
    upstream: Upstream | None = None
    """The user's own server, in the place of the lab's; None: the lab's own."""
    pins: str | None = None
    """The user's pin file, [FORMAT=]FILE, whose statements are the scenarios of this run."""
    pin_role: str | None = None
    """What its pins are of, leaf or ca, where it is silent."""
    selected: tuple[str, ...] = ()
    """Ids of the scenarios to run, in order; empty: all."""

    def save(self) -> Path:
        """Write it into the run folder for the workers; the file's path."""
        path = Path(self.run_folder, FILE)
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")
        return path

    @classmethod
    def load(cls, path: str | Path) -> Settings:
        """The value that `save` wrote."""
        facts: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
        facts.update({name: tuple(value) for name, value in facts.items() if isinstance(value, list)})
        upstream = Upstream.from_json(facts["upstream"]) if facts["upstream"] else None
        return cls(**{**facts, "upstream": upstream})

    def adapter(self) -> Adapter:
        """The client of this run. AdapterError: there is no such client, or its template is wrong."""
        if self.command is not None:
            from adapters.command import UserCommand

            fixed = self.world is not None or self.upstream is not None
            return UserCommand(self.command, self.env, self.pass_env, fixed)
        found = find(self.client)
        if found is None:
            raise AdapterError(f"no client is called {self.client!r}{near(self.client, names())}")
        return found

    @property
    def _own_hosts(self) -> str | None:
        """What gives the client a hosts file of its own: a sandbox does."""
        return self.sandbox or self.isolation

    def way(self, adapter: Adapter) -> str:
        """The way onto the path. AdapterError: the client cannot take it, or this machine cannot offer it."""
        usable = [way for way in adapter.ways if way != "hosts" or self._own_hosts]
        wanted = self.via or next(iter(usable), adapter.ways[0])
        if wanted not in adapter.ways:
            raise AdapterError(
                f"{adapter.name} cannot be led by --via {wanted}; it can by: {', '.join(adapter.ways)}"
            )
        if wanted == "hosts" and not self._own_hosts:
            raise AdapterError(
                "the way `hosts` needs a mount namespace (util-linux `unshare`), which is not allowed here"
            )
        return wanted
