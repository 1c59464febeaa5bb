"""Names that users' adapters were written with before version 0.2: they work with a warning, for one release.

`from adapters.base import ...` leads to the module of today, and so do the members `ways`, `told_pins` and `Known`.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

MODULES = {
    "adapters.base": "pinlab.clients.api",
    "adapters.command": "pinlab.clients.command_line",
    "adapters.driven": "pinlab.clients.driver_program",
    "adapters.fetched": "pinlab.clients.installed_release",
    "adapters.leaf_only": "pinlab.clients.limitations",
    "adapters.one_certificate": "pinlab.clients.one_certificate",
    "adapters.own": "pinlab.clients.user_adapters",
    "adapters.templated": "pinlab.clients.templated",
}
NAMES = {"Known": "KnownDeviation"}
MEMBERS = {"ways": "vias", "told_pins": "gets_pins"}


def warn(former: str, name: str) -> None:
    """Tell the user about a former name once."""
    text = f"{former} is now {name}; the old name works in this version for the last time"
    warnings.warn(text, FutureWarning, stacklevel=3)


class _FormerModule(ModuleType):
    """A module under its old name."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        module = MODULES[self.__name__]
        found = getattr(import_module(module), NAMES.get(name, name))
        warn(f"{self.__name__}.{name}", f"{module}.{NAMES.get(name, name)}")
        return found


@contextmanager
def former_modules() -> Iterator[None]:
    """Meanwhile the old modules can be imported; a package of the same name that is there already stays."""
    names = [] if "adapters" in sys.modules else ["adapters", *MODULES]
    for name in names:
        sys.modules[name] = _FormerModule(name)
    if names:
        sys.modules["adapters"].__path__ = []
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]


def rename_members(adapter: type) -> None:
    """Give a class that was written with old members the new ones."""
    for former, name in MEMBERS.items():
        if former in vars(adapter) and name not in vars(adapter):
            warn(f"{adapter.__name__}.{former}", name)
            setattr(adapter, name, vars(adapter)[former])
