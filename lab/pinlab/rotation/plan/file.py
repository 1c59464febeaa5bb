"""From a TOML file to a `Plan`: dates against t0, names that must lead somewhere, CSV and certificate files.

Every error is a FileError that names the file and the key, what was expected and an example.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from pinlab.core.errors import FileError, place
from pinlab.core.toml import read_model, read_toml
from pinlab.rotation.plan.adoption_csv import read_adoption
from pinlab.rotation.plan.certificate_files import with_certificate_files
from pinlab.rotation.plan.model import Plan
from pinlab.rotation.plan.references import check_names


def read_plan(path: Path) -> Plan:
    """Read a plan and everything that it names; FileError for a file that cannot be used."""
    return plan_from(read_toml(path), path)


def plan_from(data: dict[str, Any], path: Path) -> Plan:
    """Give the plan that is in `data`; `path` is for messages and for the files named in it."""
    t0 = data.get("t0")
    if not isinstance(t0, date) or isinstance(t0, datetime):
        got = "is missing" if t0 is None else f"expected a TOML date without quotes, got {t0!r}"
        raise FileError(f"{place(path.name, '', 't0')}{got}; write it: t0 = 2026-06-01")
    plan = read_model(Plan, data, file=path.name, context={"t0": t0})
    check_names(plan, path.name)
    if plan.adoption.file:
        telemetry = read_adoption(path.parent / plan.adoption.file, plan)
        plan = plan.model_copy(update={"adoption": plan.adoption.model_copy(update={"telemetry": telemetry})})
    return with_certificate_files(plan, path)
