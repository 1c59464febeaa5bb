"""Plans bent at random: each is answered, or refused with words that name the file. Never anything else."""

from __future__ import annotations

import copy
import io
import json
import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pinlab.core.errors import FileError
from pinlab.devtools.docs.schemas import rehearsal_schema
from pinlab.rotation.answer.answer import answer, as_json
from pinlab.rotation.answer.sarif import sarif_log
from pinlab.rotation.answer.terminal import print_answer
from pinlab.rotation.plan.file import plan_from
from tests.support.rotation_plans import PLANS

MUTANTS = 60
VALUES: list[Any] = [
    *("T+0", "T-5", "T+40", "K1", "K2", "c1", "R1", "1.0", "90d", "", "eu", "same", "external", "root-store"),
    *(0, -1, 0.5, 1.0, True, [], {}, ["K1"], ["K2"]),
]
SCHEMA = jsonschema.Draft202012Validator(rehearsal_schema())


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a TOML document."""
    if path:
        yield path
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in entries:
        yield from places(inner, (*path, key))


def at(document: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        document = document[key]
    return document


def bent(chance: random.Random, document: dict[str, Any]) -> dict[str, Any]:
    """Delete a value, replace it, or put in its place one of the same name from elsewhere."""
    for _ in range(chance.choice([1, 1, 2, 3])):
        every = list(places(document))
        path = chance.choice(every)
        owner, kind = at(document, path[:-1]), chance.random()
        if kind < 0.2:
            del owner[path[-1]]
        elif kind < 0.6:
            owner[path[-1]] = copy.deepcopy(chance.choice(VALUES))
        else:
            other = chance.choice([pair for pair in every if pair[-1] == path[-1]])
            owner[path[-1]] = copy.deepcopy(at(document, other))
    return document


@pytest.mark.parametrize("name", PLANS)
def test_mutants(name: str, tmp_path: Path) -> None:
    chance = random.Random(name)
    for _ in range(MUTANTS):
        document = bent(chance, tomllib.loads(PLANS[name].read_text(encoding="utf-8")))
        try:
            made, prediction = answer(plan_from(document, PLANS[name]))
        except FileError as refusal:
            assert PLANS[name].name in str(refusal)
            continue
        SCHEMA.validate(json.loads(as_json(made)))
        print_answer(made, prediction, io.StringIO())
        sarif_log(made, PLANS[name])
