"""TOML: read into a frozen model, with errors that name file, table and key; written by tomli-w.

Every complaint about a table is gathered before it is reported.
"""

from __future__ import annotations

import tomllib
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import tomli_w
from pydantic import BaseModel, ValidationError

from pinlab.core.errors import FileError, did_you_mean, place
from pinlab.core.files import read_limited

Model = TypeVar("Model", bound=BaseModel)


def read_toml(path: Path) -> dict[str, Any]:
    """Parse a file; FileError names it when it is missing or is not TOML (with the line)."""
    try:
        return tomllib.loads(read_limited(path).decode("utf-8"))
    except OSError as failure:
        raise FileError(f"{path}: cannot be read: {failure.strerror}") from failure
    except ValueError as failure:  # no UTF-8, no TOML, or a number of more digits than Python reads
        raise FileError(f"{path.name}: is not TOML: {failure}") from failure
    except RecursionError as failure:
        raise FileError(f"{path.name}: is nested too deeply") from failure


def read_model(
    model: type[Model], data: Mapping[str, Any], *, file: str, table: str = "", context: Any = None
) -> Model:
    """Validate `data`; FileError carries one sentence for each complaint about it.

    `context` is for validators that need to know something from outside their own value.
    """
    try:
        return model.model_validate(data, context=context)
    except ValidationError as failure:
        problems = [_sentence(model, error, file, table) for error in failure.errors()]
        raise FileError(dict.fromkeys(problems)) from failure


def _sentence(model: type[BaseModel], error: Any, file: str, table: str) -> str:
    loc: tuple[str | int, ...] = error["loc"]
    owner, own_path, leaf = _owner(model, loc)
    kind, context, got = error["type"], error.get("ctx", {}), error["input"]
    if kind == "extra_forbidden":
        hint = did_you_mean(str(leaf), owner.model_fields)
        return f'{place(file, table, own_path)}unknown key "{leaf}"{hint}'
    if kind == "missing":
        if isinstance(leaf, int):
            return f"{place(file, table, own_path)}entry {leaf + 1} is missing, got {_shown(got)}"
        about = owner.model_fields[leaf].description or ""
        return f'{place(file, table, own_path)}"{leaf}" is missing; write it: {about}'
    where = place(file, table, _path(loc))
    if kind == "literal_error":
        choices = context["expected"].replace("'", '"')
        return f"{where}expected {choices}, got {_shown(got)}"
    if kind == "value_error":
        return f"{where}{context['error']}"
    return f"{where}{error['msg'][0].lower()}{error['msg'][1:]}, got {_shown(got)}{_example(owner, leaf)}"


def _example(owner: type[BaseModel], leaf: str | int) -> str:
    """Give a field's own description where it shows how to write it: `weight = 0.5`."""
    field = owner.model_fields.get(str(leaf))
    about = (field.description or "") if field else ""
    return f"; {about[0].lower()}{about[1:].rstrip('.')}" if " = " in about else ""


def _shown(value: Any) -> str:
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _path(loc: tuple[str | int, ...]) -> str:
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _owner(model: type[BaseModel], loc: tuple[str | int, ...]) -> tuple[type[BaseModel], str, str | int]:
    """Walk to the model that holds the last key of `loc`: (that model, the path of its table, the key)."""
    current = model
    for part in loc[:-1]:
        field = current.model_fields.get(str(part))
        inner = _model_inside(field.annotation) if field else None
        current = inner or current
    return current, _path(loc[:-1]), loc[-1]


def _model_inside(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation if issubclass(annotation, BaseModel) else None
    return next((found for arg in typing.get_args(annotation) if (found := _model_inside(arg))), None)


def dump(tables: Mapping[str, Any]) -> str:
    """Tables of plain values as TOML; keys whose value is None are left out."""
    return tomli_w.dumps(_written(tables))


def value(plain: Any) -> str:
    """One value as it stands behind a key, on one line, for files that have comments."""
    return tomli_w.dumps({"v": plain}).removeprefix("v = ").strip()


def _written(plain: Any) -> Any:
    if isinstance(plain, Mapping):
        return {name: _written(inner) for name, inner in plain.items() if inner is not None}
    return [_written(inner) for inner in plain] if isinstance(plain, list | tuple) else plain
