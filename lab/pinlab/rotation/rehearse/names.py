"""Names of a plan in the lab's world, where they become file names and one key has one name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pinlab.rotation.plan.model import Plan

OURS = "rehearsal-"
"""What names of the lab begin with; a plan's own name that does is renamed."""
ATTACKER = f"{OURS}attacker"
"""A root that clients trust and no plan knows, and the key of its leaf."""
_SAFE = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,80}$")


class SubstituteNames:
    """The names that keys of a plan have in the world. Names that are safe are kept.

    So a lasting world (`--world`) gives its own keys and CAs to a plan that calls them the same.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._names: dict[str, str] = {}
        for name in (*plan.keys, *plan.issuers):
            safe = _SAFE.match(name) and not name.startswith(OURS) and name != "self"
            self._names.setdefault(self._identity(name), name if safe else f"{OURS}key-{len(self._names)}")

    def key(self, name: str) -> str:
        """Give the world's key for a key, an issuer or a literal pin of the plan; else the text as it is."""
        return self._names.get(self._identity(name), name)

    def pins(self, pins: Iterable[str]) -> tuple[str, ...]:
        """Give a pin set in names of the world; what is for no key of the plan stays a literal."""
        return tuple(dict.fromkeys(map(self.key, pins)))

    def _identity(self, name: str) -> str:
        entry = self._plan.keys.get(name) or self._plan.issuers.get(name)
        return (entry.spki if entry else None) or name
