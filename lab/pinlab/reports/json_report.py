"""The results of a run as JSON (lab/schema/results.schema.json), for machines that compare and draw."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pinlab.core.files import write_atomically
from pinlab.runner.results import Result, RunFacts, summarise
from pinlab.runner.results_document import SCHEMA


def document(run: RunFacts, results: Sequence[Result]) -> dict[str, Any]:
    """The whole report as one JSON object."""
    return {
        "schema": SCHEMA,
        "run": run.to_json(),
        "summary": summarise(results),
        "results": [result.to_json() for result in results],
    }


def write_json(path: Path, run: RunFacts, results: Sequence[Result]) -> None:
    """Write the report; strings stay ASCII, so that hostile bytes cannot reach a terminal. Raises OSError."""
    write_atomically(path, json.dumps(document(run, results), indent=2) + "\n")
