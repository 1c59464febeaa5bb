"""Clients that a tiny program in their own language drives (client_under_test/clients/drivers).

The driver reports the client's result, in the client's words; the map from those to our reasons is here and in
the client's own file. A driver makes no promise that its client does not keep.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import ClassVar

from pinlab.clients import api
from pinlab.clients.api import Adapter, AdapterError, Brief, Command, Run, native_outcome
from pinlab.evidence.model import Outcome

NO_PIN = ("pinlab: no pinned key", "pin_mismatch")
"""What every driver says when its own pin check has failed."""


class Driven(Adapter):
    """A driver and the map from its client's words to our reasons."""

    proxies: ClassVar[tuple[str, ...]] = ("http",)
    """Kinds of proxy (schemes) that the client can use."""
    words: ClassVar[tuple[tuple[str, str], ...]] = ()
    """What the client says, and our reason for it; asked in order, before OpenSSL's words."""

    def program(self) -> list[str]:
        """How to start the driver. AdapterError: something of it is not installed."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """What the driver needs besides PATH, HOME and LANG."""
        return {}

    def input(self, brief: Brief) -> str:
        """What it reads: the brief as it stands."""
        return brief.to_json()

    def command(self, brief: Brief) -> Command:
        """The driver with the brief on its stdin."""
        api.plain_only(brief, *self.proxies)
        return Command(self.program(), api.minimal_environment() | self.environment(), self.input(brief))

    def outcome(self, run: Run) -> Outcome:
        """What the driver says; a reason that it does not state is read from its client's words."""
        output = native_outcome(run)
        if output.claim != "reject" or output.reason is not None:
            return output
        return api.claim("reject", api.reason_in(output.detail, NO_PIN, *self.words), output.detail)

    def needs(self, path: Path | str) -> str:
        """A program, or a file that installing makes. AdapterError: it is not there, and how to get it."""
        found = shutil.which(path) if isinstance(path, str) else str(path) if path.exists() else None
        if found is None:
            raise AdapterError(f"{self.name} is not installed: {self.install}")
        return found
