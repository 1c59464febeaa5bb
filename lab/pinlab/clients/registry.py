"""The clients that are installed, by name: `find` gives the adapter of one, `names` lists them all.

A client is an entry point: of "pinlab.clients" under its own name, or of "pinlab.client_families" where one adapter
makes many (`flawed:NAME`). Adapters of the user's own lie in a folder (user_adapters). A file is imported only when
its client is asked for.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points

from pinlab.clients import user_adapters
from pinlab.clients.api import Adapter, AdapterError

CLIENTS, FAMILIES = "pinlab.clients", "pinlab.client_families"


def installed_clients() -> tuple[str, ...]:
    """The clients that packages bring, in the order of their declaration."""
    return tuple(_points(CLIENTS))


def names() -> tuple[str, ...]:
    """Names that `find` knows; FAMILY:NAME stands for every member of a family."""
    clients = installed_clients()
    users = tuple(name for name in user_adapters.names() if name not in clients)
    return (*clients, *users, *(f"{family}:NAME" for family in _points(FAMILIES)))


def find(name: str) -> Adapter | None:
    """The adapter called `name`, or None. AdapterError: its package or file cannot be used; the text says why."""
    family, _, member = name.partition(":")
    if member and family in _points(FAMILIES):
        made: Adapter = _load(_points(FAMILIES)[family])(member)
        return made
    if name in _points(CLIENTS):
        made = _load(_points(CLIENTS)[name])()
        return made
    return user_adapters.find(name) if name in user_adapters.names() else None


@cache
def _points(group: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=group)}


def _load(point: EntryPoint) -> type:
    try:
        found = point.load()
    except Exception as error:  # whatever another package does wrong, its name is in the message
        raise AdapterError(
            f"{point.name}: cannot load {point.value}: {type(error).__name__}: {error}"
        ) from error
    if not (isinstance(found, type) and issubclass(found, Adapter)):
        raise AdapterError(f"{point.name}: {point.value} is not an Adapter")
    return found
