"""Results shared by all workers of a run: the first who needs one makes it, the others wait and read it.

A key names its content, so an entry is never changed. Entries are JSON, put in place by rename.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Store:
    """A folder of JSON entries by key (lower-case hex)."""

    def __init__(self, folder: Path) -> None:
        """The folder is made if it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._observed: dict[str, dict[str, Any]] = {}

    def get(self, key: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The entry `key`; `make` is called by one process of all that ask. Its exceptions pass through."""
        if key not in self._observed:
            self._observed[key] = self._read(key) or self._make(key, make)
        return self._observed[key]

    def _read(self, key: str) -> dict[str, Any] | None:
        try:
            entry: dict[str, Any] = json.loads(self._path(key).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return entry

    def _make(self, key: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        with open(self._folder / f"{key}.lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            entry = self._read(key)
            if entry is None:
                entry = make()
                beside = self._folder / f"{key}.{os.getpid()}.tmp"
                beside.write_text(json.dumps(entry), encoding="utf-8")
                beside.rename(self._path(key))
        return entry

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"
