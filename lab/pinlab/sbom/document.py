"""The CycloneDX document: pinlab itself, and below it what its locks and lists name.

The same tree on the same machine gives the same bytes: no clock, and no random serial number unless asked.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pinlab import __version__
from pinlab.errors import UsageError
from pinlab.sbom.component import Component, united
from pinlab.sbom.debian import packages
from pinlab.sbom.locks import read_lock

PYTHON_LOCK = "ci/requirements.lock"
DEBIAN_LIST = "ci/packages.txt"
CLIENT_LOCKS = ("client_under_test/locks", "client_under_test/drivers")
OURSELVES = f"pkg:generic/pinlab@{__version__}"


def document(root: Path, *, serial: bool = False) -> dict[str, Any]:
    """The whole document for the tree at `root`. UsageError: it is no checkout, or a time is wrong."""
    parts = united(_parts(root))
    ours = {"type": "application", "name": "pinlab", "version": __version__}
    metadata = {
        **_timestamp(os.environ.get("SOURCE_DATE_EPOCH")),
        "tools": {"components": [ours]},
        "component": {**ours, "bom-ref": OURSELVES, "purl": OURSELVES},
    }
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        **({"serialNumber": f"urn:uuid:{uuid.uuid4()}"} if serial else {}),
        "version": 1,
        "metadata": metadata,
        "components": [one.to_json() for one in parts],
        "dependencies": [{"ref": OURSELVES, "dependsOn": [one.purl for one in parts if one.required]}],
    }


def client_locks(root: Path) -> list[Path]:
    """The locks of clients that `pinlab clients install` brings."""
    every = [path for folder in CLIENT_LOCKS for path in sorted((root / folder).rglob("*")) if path.is_file()]
    return [path for path in every if any(read_lock(path))]


def _parts(root: Path) -> Iterator[Component]:
    for name in (PYTHON_LOCK, DEBIAN_LIST):
        if not (root / name).is_file():
            raise UsageError(
                f"{root / name} is not there: `sbom` is for a checkout; `pip inspect` is for a wheel"
            )
    for one in read_lock(root / PYTHON_LOCK):
        yield replace(one, locks=(PYTHON_LOCK,))
    for one in packages((root / DEBIAN_LIST).read_text(encoding="utf-8")):
        yield replace(one, locks=(DEBIAN_LIST,))
    for path in client_locks(root):
        for one in read_lock(path):
            yield replace(one, locks=(path.relative_to(root).as_posix(),), required=False)


def _timestamp(epoch: str | None) -> dict[str, str]:
    """reproducible-builds.org: the only clock that a reproducible document may know."""
    if epoch is None:
        return {}
    try:
        return {"timestamp": datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"SOURCE_DATE_EPOCH is whole seconds since 1970, not {epoch!r}") from error
