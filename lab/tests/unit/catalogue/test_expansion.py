"""The key `matrix`: what it makes of one entry, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pinlab.catalogue.expansion import unroll
from pinlab.catalogue.loader import load_catalogue
from pinlab.core.errors import FileError
from pinlab.devtools.docs.schemas import scenario_schema

ENTRY = """
about = "A family made for a test."

[dropped]
doc = "The connection is lost."
refs = ["RFC 9293 3.5"]
attack = [{ kind = "drop", how = "reset" }]
expect = "HELD"
why = "nothing arrived"
reason = "transport_failed"
control = "family/plain"
caught_by = ["retry_in_clear"]
matrix = { field = "attack.0.how", values = ["reset", "close"] }

[plain]
doc = "Nothing is wrong with this one."
expect = "SERVED"
"""


def table(**more: Any) -> dict[str, Any]:
    return {"doc": "A thing.", "tls": ["1.2"], "attack": [{"kind": "drop", "how": "reset"}], **more}


def test_a_file_gives_one_scenario_for_each_value(tmp_path: Path) -> None:
    (tmp_path / "family.toml").write_text(ENTRY, encoding="utf-8")
    made = load_catalogue(tmp_path).scenarios
    assert list(made) == ["family/dropped_reset", "family/dropped_close", "family/plain"]
    assert [made[f"family/dropped_{how}"].attack[0].params["how"] for how in ("reset", "close")] == [
        "reset",
        "close",
    ]
    assert made["family/dropped_close"].doc == "The connection is lost. Here `how` is close."


def test_names_may_be_given() -> None:
    values = {"old": ["1.2"], "both": ["1.2", "1.3"]}
    made = dict(unroll("f.toml", "name", table(matrix={"field": "tls", "values": values})))
    assert {name: entry["tls"] for name, entry in made.items()} == {
        "name_old": ["1.2"],
        "name_both": ["1.2", "1.3"],
    }
    assert dict(unroll("f.toml", "name", table())) == {"name": table()}


@pytest.mark.parametrize(
    ("matrix", "output"),
    [
        ("attack.0.how", "expected { field"),
        ({"field": "attack.0.how"}, "expected { field"),
        ({"field": "attack.0.how", "values": ["reset", "close"], "x": 1}, "nothing else"),
        ({"field": "doc", "values": ["a", "b"]}, "another key"),
        ({"field": "attack.1.how", "values": ["reset", "close"]}, 'no "attack.1.how"'),
        ({"field": "tls.0.how", "values": ["reset", "close"]}, 'no "tls.0.how"'),
        ({"field": "attack.0.how", "values": ["close", "reset"]}, "first of its values"),
        ({"field": "attack.0.hoe", "values": ["reset", "close"]}, "first of its values"),
        ({"field": "attack.0.how", "values": ["reset"]}, "two or more"),
        ({"field": "attack.0.how", "values": ["reset", "RESET"]}, "two or more"),
        ({"field": "attack.0.how", "values": ["reset", "-"]}, "two or more"),
        ({"field": "attack.0.how", "values": ["reset", 0.5]}, "plain ones"),
    ],
)
def test_what_it_refuses(matrix: Any, output: str) -> None:
    with pytest.raises(FileError, match=r"f\.toml \[name\]") as caught:
        list(unroll("f.toml", "name", table(matrix=matrix)))
    assert output in str(caught.value)


def test_the_schema_knows_it() -> None:
    entry = {**table(matrix={"field": "attack.0.how", "values": ["reset", "close"]}), "expect": "SERVED"}
    family = {"about": "x", "name": {**entry, "doc": "A thing that is long enough."}}
    jsonschema.Draft202012Validator(scenario_schema()).validate(family)
    family["name"] = {**entry, "doc": "A thing that is long enough.", "matrix": {"field": "tls"}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(scenario_schema()).validate(family)
