"""A script of the user's own for the interceptor: `[[attack]]` tables, exactly as a scenario writes them.

For `pinlab serve --script FILE` and the like. It refuses unknown kinds and parameters, as the catalogue does.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from pinlab.catalogue.checks.references import check_attack
from pinlab.catalogue.registry import KindInfo
from pinlab.catalogue.steps import AttackStep
from pinlab.core.errors import FileError
from pinlab.core.models import Strict
from pinlab.core.toml import read_model, read_toml
from pinlab.pki.cast import Cast


class Script(Strict):
    """What the interceptor does, step by step; the last step repeats for ever."""

    doc: str = ""
    """What the script is for; shown when it starts."""
    attack: tuple[AttackStep, ...] = Field(strict=False, min_length=1)
    """The steps."""


def load_script(path: Path, cast: Cast, kinds: Mapping[str, KindInfo] | None = None) -> Script:
    """Load a script, its names checked against a cast and (when given) the kinds; raises FileError."""
    script = read_model(Script, read_toml(path), file=path.name)
    problems = list(check_attack(script.attack, cast, kinds, path.name)) if kinds is not None else []
    if problems:
        raise FileError(problems)
    return script
