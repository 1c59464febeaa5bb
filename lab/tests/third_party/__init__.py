"""What others published, kept here so that tests need no network."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import jsonschema


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
