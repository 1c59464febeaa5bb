"""Values read from a file, as a tree in which each value knows where it starts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pinlab.pins.errors import PinFileError
from pinlab.pins.source import Source

DEEPEST = 32
"""Levels of nesting that are read; real pin files have four."""
UNRESOLVED = object()
"""Stands for an expression in source code whose value is not known."""


@dataclass(frozen=True, slots=True)
class ValueNode:
    """A value (dict of Nodes, list of Nodes, str, bool, None or UNRESOLVED) and where it starts."""

    value: Any
    offset: int


class Fields:
    """Typed access to the members of an object; a PinFileError names the place."""

    def __init__(self, source: Source, node: ValueNode) -> None:
        if not isinstance(node.value, dict):
            what = (
                "could not be resolved: write the literal itself"
                if node.value is UNRESOLVED
                else "is not an object"
            )
            raise source.error_at(source.spot(node.offset), f"{what}; an object in braces is wanted")
        self.source, self.members, self.offset = source, node.value, node.offset

    def items(self) -> Iterator[tuple[str, ValueNode]]:
        """The members of the object."""
        return iter(self.members.items())

    def object(self, key: str) -> Fields | None:
        """A member that is an object, None if it is missing."""
        return Fields(self.source, self.members[key]) if key in self.members else None

    def flag(self, key: str, default: bool) -> bool:
        """A member that is true or false."""
        return bool(self._typed(key, bool, "true or false", default).value)

    def text(self, key: str) -> ValueNode:
        """A member that is a string; its value is "" if it is missing."""
        return self._typed(key, str, "a string", "")

    def strings(self, key: str) -> list[ValueNode]:
        """A member that is an array of strings."""
        node = self._typed(key, list, "an array of strings", [])
        for item in node.value:
            if not isinstance(item.value, str):
                raise self._error(item, key, "a string")
        found: list[ValueNode] = node.value
        return found

    def _typed(self, key: str, kind: type, expected: str, default: Any) -> ValueNode:
        node: ValueNode = self.members.get(key, ValueNode(default, self.offset))
        if not isinstance(node.value, kind):
            raise self._error(node, key, expected)
        return node

    def _error(self, node: ValueNode, key: str, expected: str) -> PinFileError:
        what = "could not be resolved" if node.value is UNRESOLVED else "is of another type"
        return self.source.error_at(self.source.spot(node.offset), f"{key} {what}; {expected} is wanted")
