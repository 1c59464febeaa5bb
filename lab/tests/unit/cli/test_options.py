"""An option is declared once: a field of a model, which the command line takes over."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
import typer
from pinlab.cli.options import takes
from pinlab.client_matrix.options import MatrixOptions
from pinlab.core.options import METADATA, option
from pinlab.demo.options import DemoOptions
from pinlab.pin_file_run.options import PinFileOptions
from pinlab.reports.options import ReportOptions
from pinlab.runner.options import RunOptions
from pinlab.serve.options import ServeOptions
from pinlab.upstream.options import UpstreamOptions
from typer.testing import CliRunner

MODELS = (RunOptions, PinFileOptions, ReportOptions, UpstreamOptions)


@dataclass(frozen=True)
class Example:
    """Options of every kind."""

    name: str | None = option(None, "A name.")
    size: int = option(3, "A size.")
    word: tuple[str, ...] = option((), "May be repeated.", metavar="WORD")
    dry: bool = option(False, "A flag.", "--dry")
    output: Path | None = option(None, "A file.", "--out")


def called(*arguments: str) -> Example:
    """What a command gets from these arguments."""
    seen: list[Example] = []
    app = typer.Typer()

    @app.command()
    @takes(Example)
    def command(example: Example) -> None:
        seen.append(example)

    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    return seen[0]


def test_what_is_not_given_has_its_default() -> None:
    assert called() == Example()


def test_every_kind_arrives() -> None:
    arguments = ("--name", "a", "--size", "4", "--word", "x", "--word", "y", "--dry", "--out", "f")
    assert called(*arguments) == Example("a", 4, ("x", "y"), True, Path("f"))


@pytest.mark.parametrize("model", [*MODELS, MatrixOptions, DemoOptions, ServeOptions])
def test_every_field_of_the_models_is_an_option_with_a_help(model: type) -> None:
    assert all(entry.metadata[METADATA]["help"] for entry in fields(model))


def test_no_option_of_run_is_declared_twice() -> None:
    names = [entry.name for model in MODELS for entry in fields(model)]
    assert sorted(names) == sorted(set(names))


def test_run_takes_each_declared_option_and_no_other() -> None:
    from pinlab.cli.app import app

    commands = {getattr(entry.callback, "__name__", ""): entry.callback for entry in app.registered_commands}
    taken = inspect.signature(commands["run"]).parameters  # type: ignore[arg-type]
    assert list(taken) == [entry.name for model in MODELS for entry in fields(model)]
