"""JSON files: `json` reads them, and a pass over the tokens finds where each value starts.

`json` gives no positions. In a text that it accepts, the tokens are in the order of the values, so the second pass
needs no grammar.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pinlab.pins.source import Source
from pinlab.pins.sources.value_tree import DEEPEST, ValueNode

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"?|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_STRING_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"?|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
"""Both take a string or comment without its end to the end of the text: the time stays linear."""
_NOT_FINITE = ("NaN", "Infinity", "-Infinity")
"""`json` accepts these words as numbers; RFC 8259 section 6 does not."""


class _Members(list[tuple[str, Any]]):
    """The members of an object in their order, repeated keys included."""


def parse_json(source: Source, *, comments: bool = False) -> ValueNode:
    """The value of a whole file; PinFileError with the place of what is not JSON, repeated or too deep.

    `comments`: `//` and `/* */` are allowed, as Chromium's own files have them.
    """
    text = _STRING_OR_COMMENT.sub(_without_comment, source.text) if comments else source.text
    offsets = _token_offsets(source, text)
    try:
        value = json.loads(text, object_pairs_hook=_Members, parse_int=float)
    except json.JSONDecodeError as failure:
        raise source.error_at(source.spot(failure.pos), f"is not JSON: {failure.msg}") from failure
    return _node(source, text, value, iter(offsets))


def _without_comment(found: re.Match[str]) -> str:
    """A comment as blanks, so that every offset stays; a string, or a comment without its end, unchanged."""
    text = found[0]
    whole = text.startswith("//") or (text.startswith("/*") and text.endswith("*/") and len(text) > 3)
    return re.sub(r"[^\n]", " ", text) if whole else text


def _token_offsets(source: Source, text: str) -> list[int]:
    """Where each token starts. The depth is limited here, before `json` recurses."""
    offsets, depth = [], 0
    for token in _TOKEN.finditer(text):
        first = text[token.start()]
        depth += (first in "[{") - (first in "]}")
        if depth > DEEPEST:
            raise source.error_at(source.spot(token.start()), f"is nested deeper than {DEEPEST} levels")
        offsets.append(token.start())
    return offsets


def _node(source: Source, text: str, value: Any, offsets: Iterator[int]) -> ValueNode:
    """A value with its places; `offsets` stands at its first token, and afterwards after its last token."""
    start = next(offsets)
    if isinstance(value, _Members):
        members: dict[str, ValueNode] = {}
        for key, member in value:
            place, _colon = next(offsets), next(offsets)
            if key in members:
                raise source.error_at(source.spot(place), f'the key "{key[:80]}" a second time')
            members[key] = _node(source, text, member, offsets)
            _comma_or_end = next(offsets)
        if not value:
            next(offsets)
        return ValueNode(members, start)
    if isinstance(value, list):
        items: list[ValueNode] = []
        for item in value:
            items.append(_node(source, text, item, offsets))
            _comma_or_end = next(offsets)
        if not value:
            next(offsets)
        return ValueNode(items, start)
    if text.startswith(_NOT_FINITE, start):
        raise source.error_at(source.spot(start), "is not JSON: a number must be finite")
    return ValueNode(value, start)
