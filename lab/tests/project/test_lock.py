"""The lock agrees with what it is made from, and holds versions and hashes alone: no host, path or index."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[3]
LOCK = (ROOT / "ci/requirements.lock").read_text(encoding="utf-8")
LOCKED = dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", LOCK, re.MULTILINE))


def test_each_requirement_is_locked_within_its_range() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    expected = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    expected += project["build-system"]["requires"]
    assert expected
    for requirement in map(Requirement, expected):
        assert requirement.name in LOCKED, f"{requirement.name}: not in ci/requirements.lock"
        assert requirement.specifier.contains(LOCKED[requirement.name]), (
            f"{requirement}: the lock is out of date"
        )


def test_the_lock_holds_hashes_and_no_place_to_fetch_from() -> None:
    kinds = re.compile(r"#.*|[a-z0-9-]+==[^ ]+( ; [^\\]+)? \\|--hash=sha256:[0-9a-f]{64}( \\)?")
    strange = [line for line in LOCK.splitlines() if not kinds.fullmatch(line.strip())]
    assert strange == []
    assert not re.search(r"://|/(home|root|tmp)/", LOCK)
