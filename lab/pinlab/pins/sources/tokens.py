"""Source code as tokens, enough to find calls with string literals in Kotlin, Java, Swift, C# and JavaScript.

Comments are skipped. A string with a template inside is a token of its own kind, because its value is not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pinlab.pins.source import Source

MOST_TOKENS = 200_000
MOST_IN_CALL = 5_000
"""How many tokens of a call are read."""

_TOKEN = re.compile(
    r"(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))"
    r'|(?P<raw>"""(?P<raw_body>.*?)(?:"""|\Z))'
    r'|(?P<double>"(?P<double_body>(?:\\.|[^"\\\n])*)"?)'
    r"|(?P<single>'(?P<single_body>(?:\\.|[^'\\\n])*)'?)"
    r"|(?P<back>`(?P<back_body>(?:\\.|[^`\\])*)`?)"
    r"|(?P<name>[A-Za-z_$][\w$]*)"
    r"|(?P<space>\s+)"
    r"|(?P<sign>.)",
    re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "0": "\0"}


@dataclass(frozen=True, slots=True)
class SourceToken:
    """A word, a sign, a string, or a string with a template inside."""

    kind: Literal["name", "sign", "string", "template"]
    value: str
    offset: int


def tokens(source: Source) -> list[SourceToken]:
    """The tokens of a source, without comments and white space; PinFileError if there are too many."""
    run: list[SourceToken] = []
    for found in _TOKEN.finditer(source.text):
        kind = found.lastgroup
        if found["name"] is not None:
            run.append(SourceToken("name", found["name"], found.start()))
        elif found["sign"] is not None:
            run.append(SourceToken("sign", found["sign"], found.start()))
        elif kind and found["comment"] is None and found["space"] is None:
            run.append(_string(found))
        if len(run) > MOST_TOKENS:
            raise source.error_at(
                source.spot(found.start()), f"more than {MOST_TOKENS} words; is it source code?"
            )
    return run


def _string(found: re.Match[str]) -> SourceToken:
    bodies = ("raw_body", "double_body", "single_body", "back_body")
    body = next(found[name] for name in bodies if found[name] is not None)
    raw = found["raw_body"] is not None
    if re.search(r"(?<!\\)\$[{A-Za-z_]", body) or "\\(" in body:
        return SourceToken("template", body, found.start())
    return SourceToken(
        "string", body if raw else re.sub(r"\\(u[0-9a-fA-F]{4}|.)", _unescaped, body), found.start()
    )


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    return chr(int(code[1:], 16)) if len(code) == 5 else _ESCAPES.get(code, code)


def sign(token: SourceToken | None, value: str) -> bool:
    """Whether a token is this sign."""
    return token is not None and token.kind == "sign" and token.value == value


def calls_of(run: list[SourceToken], name: str) -> list[int]:
    """The index of the `(` of each call of a function."""
    return [at for at in range(1, len(run)) if sign(run[at], "(") and run[at - 1].value == name]


def arguments(run: list[SourceToken], at: int) -> tuple[list[list[SourceToken]], int]:
    """The arguments of the call whose `(` is at `at`, each as its tokens, and the index after the `)`."""
    found: list[list[SourceToken]] = [[]]
    depth = 0
    end = min(len(run), at + MOST_IN_CALL)
    for index in range(at, end):
        token = run[index]
        if token.kind == "sign" and token.value in "([{":
            depth += 1
            if depth == 1:
                continue
        elif token.kind == "sign" and token.value in ")]}":
            depth -= 1
            if depth == 0:
                return [part for part in found if part], index + 1
        elif sign(token, ",") and depth == 1:
            found.append([])
            continue
        found[-1].append(token)
    return [part for part in found if part], end


def literal(part: list[SourceToken]) -> str | None:
    """The value of an expression of string literals joined by `+`; None for any other expression."""
    if not part or len(part) % 2 == 0:
        return None
    strings, joints = part[::2], part[1::2]
    if all(token.kind == "string" for token in strings) and all(sign(token, "+") for token in joints):
        return "".join(token.value for token in strings)
    return None
