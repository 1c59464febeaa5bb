"""Mutants of a text file that someone wrote by hand: what a slip, a merge or malice makes of it.

Draws from a `random.Random`, so that hypothesis can drive it and a seed repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

NASTY = (
    *('""', '"\\u0000"', '"x"', "[]", "{}", "[[]]", "true", "null", "nan", "inf", "-0.0", "1e999"),
    *("-1", "0", "10000000000000000000000000000000", "0001-01-01", "9999-12-31", "2026-06-01T00:00:00Z"),
    *('"T+99999999d"', '"-9999999999d"', '"../../../etc/passwd"', '"\\ud800"', '"é☃"', '"' + "x" * 300 + '"'),
    *("{ a = 1 }", '{"a": 1}', "12:00:00", '"2026-02-30"', "[1, 'a', [2]]", '"*"', '"[a-"', '"%s{0}"'),
)
DEEP = ("[" * 5000 + "]" * 5000, '{"a":' * 5000 + "1" + "}" * 5000)
VALUE = re.compile(r"(?<=[=:,\[] )[^\s,\]}]+|(?<=[=:,])[^\s=,\]}]+")


def _place(random: Random, text: str) -> int:
    return random.randrange(len(text) + 1)


def cut(random: Random, text: str) -> str:
    start = _place(random, text)
    return text[:start] + text[start + random.choice([1, 2, 9, 99, len(text)]) :]


def insert(random: Random, text: str) -> str:
    at = _place(random, text)
    return text[:at] + random.choice("\"'[]{}=,#\n\r\x00\x7f☃\ufeff") + text[at:]


def another_value(random: Random, text: str) -> str:
    values = list(VALUE.finditer(text))
    if not values:
        return text + random.choice(NASTY)
    place = random.choice(values)
    return text[: place.start()] + random.choice(NASTY) + text[place.end() :]


def deeper(random: Random, text: str) -> str:
    values = list(VALUE.finditer(text))
    place = random.choice(values) if values else None
    start, end = (place.start(), place.end()) if place else (0, 0)
    return text[:start] + random.choice(DEEP) + text[end:]


def lines_mixed(random: Random, text: str) -> str:
    lines = text.splitlines(keepends=True) or [""]
    first, second = random.randrange(len(lines)), random.randrange(len(lines))
    action = random.randrange(3)
    if action == 0:
        lines[first], lines[second] = lines[second], lines[first]
    elif action == 1:
        lines.insert(second, lines[first])
    else:
        del lines[first]
    return "".join(lines)


ACTIONS: tuple[Callable[[Random, str], str], ...] = (
    *(cut, insert, another_value, another_value, another_value, lines_mixed, lines_mixed),
)


def mutant(random: Random, text: str) -> str:
    """The text after one to three changes; one in forty is nested beyond measure."""
    if random.randrange(40) == 0:
        return deeper(random, text)
    for _ in range(random.choice([1, 1, 2, 3])):
        text = random.choice(ACTIONS)(random, text)
    return text
