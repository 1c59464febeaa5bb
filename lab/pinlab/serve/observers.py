"""Anyone who wants to know that something has changed: functions that are called, from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Watchers:
    """A set of such functions; they must be quick and must not raise."""

    def __init__(self) -> None:
        """No one watches."""
        self._lock = threading.Lock()
        self._every: dict[object, Callable[[], None]] = {}

    def add(self, on_change: Callable[[], None]) -> Callable[[], None]:
        """Call `tell` after each change, until the function that this gives is called."""
        key = object()
        with self._lock:
            self._every[key] = on_change

        def stop() -> None:
            with self._lock:
                self._every.pop(key, None)

        return stop

    def notify(self) -> None:
        """Something has changed."""
        with self._lock:
            every = list(self._every.values())
        for entry in every:
            entry()
