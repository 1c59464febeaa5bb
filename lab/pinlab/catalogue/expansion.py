"""One entry of the catalogue for several values of one field: the key `matrix`, unrolled before any check.

    attack = [{ kind = "fault", after = "client_hello" }]
    matrix = { field = "attack.0.after", values = ["client_hello", "server_hello"] }

makes NAME_client_hello and NAME_server_hello. The entry as written must be the first of them, so that one
reads it like an ordinary one. It knows one field: whatever needs two is two entries.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pinlab.core.errors import FileError, place

KEY = "matrix"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["field", "values"],
    "properties": {
        "field": {"type": "string", "description": "The path of the field, such as attack.0.after."},
        "values": {
            "description": "Its values; a table gives each a name for the id.",
            "anyOf": [
                {"type": "array", "minItems": 2, "items": {"type": ["string", "integer", "boolean"]}},
                {"type": "object", "minProperties": 2},
            ],
        },
    },
    "description": "Makes one scenario for each value of one field; the entry as written is the first.",
}
PART = re.compile(r"[^a-z0-9]+")


def unroll(file: str, name: str, table: Any) -> Iterator[tuple[str, Any]]:
    """Give name and table of each scenario that an entry makes, itself if it has no matrix.

    Raises FileError, naming file and table.
    """
    if not isinstance(table, dict) or KEY not in table:
        yield name, table
        return
    field, values = _read(file, name, table[KEY])
    plain = {key: value for key, value in table.items() if key != KEY}
    written = _parent(plain, field, place(file, name, KEY))
    first = next(iter(values.values()))
    if written.get(field.split(".")[-1]) != first:
        raise FileError(f"{place(file, name, field)}the entry must be the first of its values: {first!r}")
    for word, value in values.items():
        made = copy.deepcopy(plain)
        _parent(made, field, "")[field.split(".")[-1]] = value
        made["doc"] = f"{str(made.get('doc', '')).rstrip()} Here `{field.split('.')[-1]}` is {word}."
        yield f"{name}_{word}", made


def _read(file: str, name: str, matrix: Any) -> tuple[str, Mapping[str, Any]]:
    """Give the path of the field, and the values by the word that stands for each in an id."""
    at = place(file, name, KEY)
    if not isinstance(matrix, dict) or set(matrix) != {"field", "values"}:
        raise FileError(f'{at}expected {{ field = "attack.0.key", values = [...] }} and nothing else')
    field, values = matrix["field"], matrix["values"]
    if not isinstance(field, str) or not field or field.split(".")[0] in ("doc", KEY):
        raise FileError(f"{at}field must be the path of another key of the entry, got {field!r}")
    if isinstance(values, list) and all(type(value) in (str, int, bool) for value in values):
        named = {PART.sub("_", str(value).lower()).strip("_"): value for value in values}
    elif isinstance(values, dict):
        named = values
    else:
        raise FileError(f"{at}values must be plain ones, or a table that gives each a name")
    if len(named) < 2 or len(named) != len(values) or "" in named:
        raise FileError(f"{at}values must be two or more with a name each: {', '.join(named)}")
    return field, named


def _parent(table: dict[str, Any], field: str, at: str) -> dict[str, Any]:
    """Give the table inside `table` that holds the last word of the path."""
    here: Any = table
    for part in field.split(".")[:-1]:
        if isinstance(here, list) and part.isdigit() and int(part) < len(here):
            here = here[int(part)]
        elif isinstance(here, dict) and part in here:
            here = here[part]
        else:
            here = None
    if not isinstance(here, dict):
        raise FileError(f'{at}the entry has no "{field}"')
    return here
