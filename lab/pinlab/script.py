"""A script of the user's own for the interceptor: `[[attack]]` tables, exactly as a scenario writes them.

For `pinlab serve --script FILE` and the like. It refuses unknown kinds and parameters, as the catalogue does.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from pinlab.complaints import CatalogueError
from pinlab.kinds import KindInfo
from pinlab.names_check import check_attack
from pinlab.recipe import Cast, Strict
from pinlab.steps import AttackStep
from pinlab.strict_toml import read_model, read_toml


class Script(Strict):
    """What the interceptor does, step by step; the last step repeats for ever."""

    doc: str = ""
    """What the script is for; shown when it starts."""
    attack: tuple[AttackStep, ...] = Field(strict=False, min_length=1)
    """The steps."""


def load_script(path: Path, cast: Cast, kinds: Mapping[str, KindInfo] | None = None) -> Script:
    """Load a script, its names checked against a cast and (when given) the kinds; raises CatalogueError."""
    script = read_model(Script, read_toml(path), file=path.name)
    problems = list(check_attack(script.attack, cast, kinds, path.name)) if kinds is not None else []
    if problems:
        raise CatalogueError(problems)
    return script
