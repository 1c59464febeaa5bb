"""Object literals in JavaScript, TypeScript, Swift and Objective-C: bare keys, trailing commas, `[k: v]`.

An expression that is not a literal becomes UNRESOLVED, because its value is not known here. JSON files are read
by `json_document.py`.
"""

from __future__ import annotations

from pinlab.pins.errors import PinFileError
from pinlab.pins.source import Source
from pinlab.pins.sources.tokens import SourceToken, sign
from pinlab.pins.sources.value_tree import DEEPEST, UNRESOLVED, ValueNode

_WORDS = {"true": True, "false": False, "null": None, "undefined": None, "YES": True, "NO": False}


class LiteralReader:
    """Reads a value from a list of tokens."""

    def __init__(self, source: Source, run: list[SourceToken], at: int) -> None:
        self._source, self._run, self._at = source, run, at

    def value(self, depth: int = 0) -> ValueNode:
        """The value that begins here; PinFileError with the place of a syntax error."""
        token = self._here("a value")
        if depth > DEEPEST:
            raise self._error(token, f"is nested deeper than {DEEPEST} levels")
        if sign(token, "@"):
            self._at += 1
            return self.value(depth + 1)
        if sign(token, "{") or (sign(token, "[") and self._pairs()):
            return self._members(token, depth)
        if sign(token, "["):
            return self._items(token, depth)
        after = self._run[self._at + 1] if self._at + 1 < len(self._run) else None
        ends = after is None or (after.kind == "sign" and after.value in ",]})")
        if ends and token.kind == "string":
            self._at += 1
            return ValueNode(token.value, token.offset)
        if ends and token.kind == "name" and token.value in _WORDS:
            self._at += 1
            return ValueNode(_WORDS[token.value], token.offset)
        return self._expression(token)

    def _pairs(self) -> bool:
        """Whether the bracket here opens a dictionary of Swift, `[k: v]` or `[:]`."""
        inside = [token for token in self._run[self._at + 1 : self._at + 4] if not sign(token, "@")]
        return sign(next(iter(inside), None), ":") or (len(inside) > 1 and sign(inside[1], ":"))

    def _members(self, start: SourceToken, depth: int) -> ValueNode:
        members: dict[str, ValueNode] = {}
        close = "}" if start.value == "{" else "]"
        self._at += 1
        if close == "]" and sign(self._here("a key"), ":"):
            self._at += 1
        while not sign(self._here(f"{close} or a key"), close):
            if sign(self._here("a key"), "@"):
                self._at += 1
            key = self._here("a key")
            if key.kind not in ("name", "string"):
                raise self._error(key, f'a key is wanted here, not "{key.value[:20]}"')
            if key.value in members:
                raise self._error(key, f'the key "{key.value[:80]}" a second time')
            self._at += 1
            if not sign(self._here(":"), ":"):
                raise self._error(self._here(":"), f'":" is wanted after "{key.value[:80]}"')
            self._at += 1
            members[key.value] = self.value(depth + 1)
            self._comma(close)
        self._at += 1
        return ValueNode(members, start.offset)

    def _items(self, start: SourceToken, depth: int) -> ValueNode:
        items: list[ValueNode] = []
        self._at += 1
        while not sign(self._here("] or a value"), "]"):
            items.append(self.value(depth + 1))
            self._comma("]")
        self._at += 1
        return ValueNode(items, start.offset)

    def _comma(self, close: str) -> None:
        token = self._here(f", or {close}")
        if sign(token, ","):
            self._at += 1
        elif not sign(token, close):
            raise self._error(token, f'"," or "{close}" is wanted here')

    def _expression(self, start: SourceToken) -> ValueNode:
        """An expression that is not a literal: skip to the comma or bracket that ends it."""
        depth = 0
        while self._at < len(self._run):
            token = self._run[self._at]
            if token.kind == "sign" and token.value in "([{":
                depth += 1
            elif token.kind == "sign" and token.value in ")]}":
                if depth == 0:
                    break
                depth -= 1
            elif sign(token, ",") and depth == 0:
                break
            self._at += 1
        return ValueNode(UNRESOLVED, start.offset)

    def _here(self, expected: str) -> SourceToken:
        if self._at >= len(self._run):
            spot = self._source.spot(len(self._source.text))
            raise self._source.error_at(spot, f"the file ends where {expected} is wanted")
        return self._run[self._at]

    def _error(self, token: SourceToken, text: str) -> PinFileError:
        return self._source.error_at(self._source.spot(token.offset), text)
