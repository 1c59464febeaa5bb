"""What others published, kept here so that tests need no network."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema


def sarif_validator() -> jsonschema.Draft4Validator:
    """The validator of SARIF 2.1.0 by the schema of the standard (OASIS, errata 01), its prose left out."""
    schema = json.loads(Path(__file__).with_name("sarif-2.1.0.json").read_text(encoding="utf-8"))
    return jsonschema.Draft4Validator(schema)
