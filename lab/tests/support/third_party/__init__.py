"""What others published, kept here so that tests need no network."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import jsonschema
import referencing
import referencing.jsonschema


def sarif_validator() -> jsonschema.Draft4Validator:
    """The validator of SARIF 2.1.0 by the schema of the standard (OASIS, errata 01), its prose left out."""
    schema = json.loads(Path(__file__).with_name("sarif-2.1.0.json").read_text(encoding="utf-8"))
    return jsonschema.Draft4Validator(schema)


def junit_complaints(path: Path) -> str:
    """What xmllint has against a JUnit report by Jenkins' junit-10.xsd; empty if it is valid.

    The schema says of itself that it is under the MIT licence. It is taken as it is from the sources of
    pytest 9.2.0, whose own reports are held to it.
    """
    schema = Path(__file__).with_name("junit-10.xsd")
    argv = ["xmllint", "--nonet", "--noout", "--schema", str(schema), str(path)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False)
    return "" if done.returncode == 0 else done.stderr


def cyclonedx_validator() -> jsonschema.Draft7Validator:
    """The validator of CycloneDX 1.5 by the schema of the standard, its prose left out.

    The schema is under the Apache License 2.0, as it says itself. Taken from cyclonedx-python-lib 11.12.0.
    The lists of licences and signatures that it refers to are left open: the lab states neither.
    """
    schema = json.loads(Path(__file__).with_name("cyclonedx-1.5.json").read_text(encoding="utf-8"))
    base = schema["$id"].rpartition("/")[0]
    anything = referencing.Resource.from_contents({}, default_specification=referencing.jsonschema.DRAFT7)
    named = [(f"{base}/{name}.schema.json", anything) for name in ("spdx", "jsf-0.82")]
    registry: referencing.jsonschema.SchemaRegistry = referencing.Registry().with_resources(named)
    return jsonschema.Draft7Validator(schema, registry=registry)
