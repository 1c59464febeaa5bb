"""The published JSON Schemas of files that people write (scenarios, scripts, rotation plans), of results and answers.

`python -m pinlab.devtools.docs.schemas` writes them into lab/schema/ from the models that read and write these files,
and a test checks that they are current.
"""

from __future__ import annotations

import json
from typing import Any

from pinlab.catalogue.expansion import KEY, SCHEMA
from pinlab.catalogue.scenario import Entry
from pinlab.catalogue.script import Script
from pinlab.core.paths import ROOT
from pinlab.rotation.answer.answer import answer_schema
from pinlab.rotation.plan.model import Plan
from pinlab.runner.results_document import ResultsDocument

FOLDER = ROOT / "lab" / "schema"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def scenario_schema() -> dict[str, Any]:
    """Give the schema of one catalogue file: `about` and one table for each scenario."""
    entry = Entry.model_json_schema(ref_template="#/$defs/{model}")
    definitions = entry.pop("$defs", {})
    entry["properties"][KEY] = SCHEMA
    return {
        "$schema": DIALECT,
        "title": "A family of pinlab scenarios",
        "type": "object",
        "required": ["about"],
        "properties": {
            "about": {"type": "string", "minLength": 1, "description": "What the family is about."}
        },
        "additionalProperties": {"$ref": "#/$defs/Entry"},
        "$defs": {**definitions, "Entry": entry},
    }


def script_schema() -> dict[str, Any]:
    """Give the schema of a script file for the interceptor."""
    return {"$schema": DIALECT, **Script.model_json_schema(), "title": "A script for pinlab's interceptor"}


def plan_schema() -> dict[str, Any]:
    """Give the schema of a rotation plan."""
    return {"$schema": DIALECT, **Plan.model_json_schema(), "title": "A rotation plan"}


def rehearsal_schema() -> dict[str, Any]:
    """Give the schema of what `pinlab rehearse --json` writes."""
    return {"$schema": DIALECT, **answer_schema(), "title": "The answer of pinlab rehearse"}


def results_schema() -> dict[str, Any]:
    """Give the schema of what `pinlab run --json` writes."""
    schema = ResultsDocument.model_json_schema(by_alias=True)
    return {"$schema": DIALECT, **schema, "title": "The results of a pinlab run"}


def published() -> dict[str, str]:
    """Give what lab/schema/ must hold: file name to text."""
    schemas = {
        "scenario.schema.json": scenario_schema(),
        "results.schema.json": results_schema(),
        "script.schema.json": script_schema(),
        "rotation-plan.schema.json": plan_schema(),
        "rehearsal.schema.json": rehearsal_schema(),
    }
    return {name: json.dumps(schema, indent=2, sort_keys=True) + "\n" for name, schema in schemas.items()}


def main() -> None:
    """Write lab/schema/."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in published().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
