"""JSON files, read by the standard library, with the place of each value; a key that stands twice is an error."""

from __future__ import annotations

import json
import json.decoder
import json.scanner
import re
from collections.abc import Callable
from typing import Any

from pinlab.pins.source import Source
from pinlab.pins.sources.node import DEEPEST, Node

_COMMENT = re.compile(r"^[ \t]*//[^\n]*", re.MULTILINE)


def parse(source: Source, *, comments: bool = False) -> Node:
    """A whole file as one value; PinFileError with the place of what is wrong.

    `comments`: lines that begin with // are left out, as Chromium's tools do.
    """
    text = source.text
    if comments:
        text = _COMMENT.sub(lambda found: " " * len(found[0]), text)
    try:
        value = _Decoder(source).decode(text)
    except json.JSONDecodeError as failure:
        raise source.error_at(source.spot(failure.pos), f"is not JSON: {failure.msg}") from failure
    except RecursionError as failure:
        raise source.error_at(source.spot(0), f"is nested deeper than {DEEPEST} levels") from failure
    return value if isinstance(value, Node) else Node(value, 0)


class _Decoder(json.JSONDecoder):
    """The decoder of the standard library, in whose place strings, objects and arrays know where they begin."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source, self._depth = source, 0
        self.parse_string = self._string
        self.parse_object = self._object
        self.parse_array = self._array
        self.memo: dict[str, str] = {}
        self.scan_once = json.scanner.py_make_scanner(self)  # type: ignore[attr-defined]

    def _string(self, text: str, end: int, strict: bool) -> tuple[Node, int]:
        value, after = json.decoder.scanstring(text, end, strict)  # type: ignore[attr-defined]
        return Node(value, end - 1), after

    def _object(
        self, state: tuple[str, int], strict: bool, scan: Callable[..., Any], *_: Any
    ) -> tuple[Node, int]:
        start = state[1] - 1
        pairs, end = self._nested(
            start,
            lambda: json.decoder.JSONObject(state, strict, scan, None, list, self.memo),  # type: ignore[attr-defined]
        )
        members: dict[str, Node] = {}
        for key, value in pairs:
            if key in members:
                raise self._source.error_at(self._spot(value, start), f'the key "{key[:80]}" a second time')
            members[key] = value if isinstance(value, Node) else Node(value, start)
        return Node(members, start), end

    def _array(self, state: tuple[str, int], scan: Callable[..., Any]) -> tuple[Node, int]:
        start = state[1] - 1
        values, end = self._nested(start, lambda: json.decoder.JSONArray(state, scan))  # type: ignore[attr-defined]
        return Node(
            [value if isinstance(value, Node) else Node(value, start) for value in values], start
        ), end

    def _nested(self, start: int, read: Callable[[], tuple[Any, int]]) -> tuple[Any, int]:
        if self._depth >= DEEPEST:
            raise self._source.error_at(self._source.spot(start), f"is nested deeper than {DEEPEST} levels")
        self._depth += 1
        try:
            return read()
        finally:
            self._depth -= 1

    def _spot(self, value: Any, start: int) -> Any:
        return self._source.spot(value.offset if isinstance(value, Node) else start)
