"""The published schemas: current, valid, and of one mind with the loader about the shipped catalogue."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest
from pinlab.catalogue.loader import WORLD_FILE
from pinlab.core.paths import catalogue
from pinlab.devtools.docs.schemas import (
    FOLDER,
    plan_schema,
    published,
    rehearsal_schema,
    scenario_schema,
    script_schema,
)

FAMILIES = sorted(path for path in catalogue().glob("*.toml") if path.name != WORLD_FILE)


def test_what_is_published_is_current() -> None:
    for name, text in published().items():
        current = Path(FOLDER, name).read_text(encoding="utf-8")
        assert current == text, "write them again: python -m pinlab.devtools.docs.schemas"


@pytest.mark.parametrize(
    "schema",
    [scenario_schema(), script_schema(), plan_schema(), rehearsal_schema()],
    ids=["scenario", "script", "plan", "rehearsal"],
)
def test_a_schema_is_a_schema(schema: dict[str, object]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    json.dumps(schema)


@pytest.mark.parametrize("path", FAMILIES, ids=lambda path: path.stem)
def test_the_shipped_catalogue_follows_the_schema(path: Path) -> None:
    jsonschema.Draft202012Validator(scenario_schema()).validate(
        tomllib.loads(path.read_text(encoding="utf-8"))
    )


WRONG = [
    {"doc": "An honest server, accepted."},
    {"doc": "An honest server, accepted.", "expect": "MAYBE"},
    {"doc": "An honest server, accepted.", "expect": "SERVED", "pinz": []},
    {"doc": "An honest server, accepted.", "expect": "SERVED", "pins": True},
    {"doc": "An honest server, accepted.", "expect": "SERVED", "attack": [{"kind": "close", "key": []}]},
    {
        "doc": "An honest server, accepted.",
        "expect": "SERVED",
        "world": {"identities": {"a": {"not_after": 9}}},
    },
]


@pytest.mark.parametrize("entry", WRONG)
def test_the_schema_refuses_what_the_loader_refuses(entry: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(scenario_schema()).validate({"about": "x", "entry": entry})
