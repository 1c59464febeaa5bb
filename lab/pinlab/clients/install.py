"""Installs clients into build/clients; what each needs for that, its adapter knows (`Adapter.install_into`).

A client is made in a folder beside its place and moved there when it is complete, so that no half is ever found.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence

from pinlab.clients.registry import find, names
from pinlab.core.errors import UsageError, did_you_mean


def install(clients: Sequence[str], say: Callable[[str], None]) -> None:
    """Install each of `clients`. UsageError: no such client, or it belongs to the system; InstallError: it failed."""
    for name in clients:
        adapter = find(name) if name in names() else None
        if adapter is None:
            raise UsageError(f"no client is called {name!r}{did_you_mean(name, names())}")
        place = adapter.installed_at
        if place is None:
            raise UsageError(f"{name} comes from {adapter.ecosystem}: {adapter.install}")
        unfinished = place.with_name(f".{place.name}.{os.getpid()}")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        try:
            adapter.install_into(unfinished)
            shutil.rmtree(place, ignore_errors=True)
            unfinished.rename(place)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        say(f"{name}: {adapter.version()}")
