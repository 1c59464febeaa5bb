"""Makes the options of a command of the models that declare them (core/options)."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, get_type_hints

import typer

from pinlab.core.options import METADATA


def takes(*models: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The command gets one value of each of `models`, in this order, before its own parameters."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        own = list(inspect.signature(command, eval_str=True).parameters.values())[len(models) :]
        fields = {model: _parameters(model) for model in models}

        @wraps(command)
        def called(**given: Any) -> Any:
            values = []
            for model, parameters in fields.items():
                taken = {parameter.name: given.pop(parameter.name) for parameter in parameters}
                values.append(
                    model(**{name: _frozen(value) for name, value in taken.items() if value is not None})
                )
            return command(*values, **given)

        every = [parameter for parameters in fields.values() for parameter in parameters]
        called.__signature__ = inspect.Signature([*every, *own])  # type: ignore[attr-defined]
        called.__annotations__ = {parameter.name: parameter.annotation for parameter in [*every, *own]}
        del called.__wrapped__
        return called

    return decorate


def _parameters(model: type) -> list[inspect.Parameter]:
    hints = get_type_hints(model)
    made = []
    for entry in dataclasses.fields(model):
        written = entry.metadata[METADATA]
        kind, default = hints[entry.name], entry.default
        if kind == tuple[str, ...]:
            kind, default = list[str] | None, None
        flags = written["flags"] or (f"--{entry.name.replace('_', '-')}",)
        annotation = Annotated[kind, typer.Option(*flags, help=written["help"], metavar=written["metavar"])]  # type: ignore[valid-type]
        made.append(
            inspect.Parameter(
                entry.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
            )
        )
    return made


def _frozen(value: Any) -> Any:
    """Options that may be repeated are tuples in the models; typer gives lists."""
    return tuple(value) if isinstance(value, list) else value
