"""What the programs say about themselves: kinds of attack with their parameters, and flaws with their source.

Plain values read from the JSON of `pinlab-mitm --list` and `pinlab-flawed --list`, asked for once in a process.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from pinlab.processes.binaries import listing, program

ParamType = Literal["string", "int", "bool"]
PYTHON_TYPES: dict[str, type] = {"string": str, "int": int, "bool": bool}


class _Listed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ParamInfo(_Listed):
    """One parameter of an attack."""

    name: str
    type: ParamType
    default: str | int | bool | None = None
    doc: str = ""

    def accepts(self, value: object) -> bool:
        """Say whether a TOML value has this parameter's type (a bool is not an int)."""
        return type(value) is PYTHON_TYPES[self.type]


class KindInfo(_Listed):
    """One kind of attack: a file of attacks/kinds."""

    name: str
    summary: str
    source: str = ""
    params: tuple[ParamInfo, ...] = Field(default=())

    @property
    def by_name(self) -> dict[str, ParamInfo]:
        """Give the parameters by name."""
        return {param.name: param for param in self.params}


class FlawInfo(_Listed):
    """One named flaw of pinlab-flawed."""

    name: str
    summary: str
    source: str = ""


def read_kinds(listing: Iterable[Mapping[str, Any]]) -> dict[str, KindInfo]:
    """Read the parsed JSON of `pinlab-mitm --list`, by name; pydantic's ValidationError if it is not that."""
    return {kind.name: kind for kind in (KindInfo.model_validate(entry) for entry in listing)}


def read_flaws(listing: Iterable[Mapping[str, Any]]) -> dict[str, FlawInfo]:
    """Read the parsed JSON of `pinlab-flawed --list`, by name; ValidationError if it is not that."""
    return {flaw.name: flaw for flaw in (FlawInfo.model_validate(entry) for entry in listing)}


@functools.cache
def _kinds(path: Path) -> dict[str, KindInfo]:
    return read_kinds(listing(path))


@functools.cache
def _flaws(path: Path) -> dict[str, FlawInfo]:
    return read_flaws(listing(path))


def known_kinds() -> dict[str, KindInfo]:
    """Give the kinds of attack that pinlab-mitm has, by name."""
    return _kinds(program("pinlab-mitm"))


def known_flaws() -> dict[str, FlawInfo]:
    """Give the flaws that pinlab-flawed has, by name."""
    return _flaws(program("pinlab-flawed"))
