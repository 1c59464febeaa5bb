"""Adapters of the user's own, outside this tree: one file each in the folder `pinlab_adapters`.

PINLAB_ADAPTERS names another folder. A file NAME.py holds one class whose `name` is NAME.
"""

from __future__ import annotations

import os
import shlex
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from pinlab.clients.api import Adapter, AdapterError
from pinlab.clients.former_names import former_modules, rename_members

FOLDER = "pinlab_adapters"


def folder() -> Path:
    """Where they are: PINLAB_ADAPTERS, else `pinlab_adapters` where the command was typed."""
    return Path(os.environ.get("PINLAB_ADAPTERS") or FOLDER).absolute()


def names() -> tuple[str, ...]:
    """The clients that have a file there; one that begins with an underscore is none."""
    return tuple(sorted(path.stem for path in folder().glob("*.py") if not path.name.startswith("_")))


def find(name: str) -> Adapter:
    """The adapter of one of `names`. AdapterError: its file is no adapter; the text names it."""
    file = folder() / f"{name}.py"
    module = _load(file, f"pinlab_adapters_{name}")
    classes = [var for var in vars(module).values() if isinstance(var, type) and issubclass(var, Adapter)]
    made = next((class_ for class_ in classes if getattr(class_, "name", None) == name), None)
    if made is None:
        raise AdapterError(f'{file}: it has no Adapter with name = "{name}"')
    rename_members(made)
    missing = sorted(made.__abstractmethods__)
    if missing:
        raise AdapterError(f"{file}: {made.__name__} lacks {', '.join(missing)}")
    return made()


def beside(file: str, program: str, driver: str) -> str:
    """The template that starts `driver`, a path from the folder of `file`, by `program`."""
    path = str(Path(file).resolve().parent / driver).replace("{", "{{").replace("}", "}}")
    return f"{program} {shlex.quote(path)}"


def _load(file: Path, name: str) -> ModuleType:
    spec = spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module  # as for any import: dataclasses and pickle look it up there
    try:
        with former_modules():
            spec.loader.exec_module(module)
    except Exception as error:  # whatever the user's file does wrong, the error says where
        del sys.modules[name]
        raise AdapterError(f"{file}: {type(error).__name__}: {error}") from error
    return module
