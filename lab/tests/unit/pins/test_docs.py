"""What the page about pins says exists: its commands, their options, and every format by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pinlab.cli.app import app
from pinlab.pins.format_table import TABLE
from pinlab.pins.lint_rules import RULES
from pinlab.pins.model import Semantics
from pinlab.pins.semantics import LIBRARIES
from typer.core import TyperGroup
from typer.main import get_command

ROOT = Path(__file__).resolve().parents[4]
COMMAND = re.compile(r"\./pinlab pins (?P<name>\w+)(?P<rest>[^`\n]*)")
COMMANDS = [
    (found["name"], tuple(re.findall(r"--[a-z-]+", found["rest"])))
    for page in (ROOT / "README.md", ROOT / "lab/docs/pins.md")
    for found in COMMAND.finditer(page.read_text(encoding="utf-8"))
]


def group() -> TyperGroup:
    """`pinlab pins` with its commands."""
    whole = get_command(app)
    assert isinstance(whole, TyperGroup)
    pins = whole.commands["pins"]
    assert isinstance(pins, TyperGroup)
    return pins


@pytest.mark.parametrize(("name", "options"), COMMANDS)
def test_a_command_of_the_pages_exists_with_its_options(name: str, options: tuple[str, ...]) -> None:
    pins = group()
    known = {option for parameter in pins.commands[name].params for option in parameter.opts}
    assert set(options) <= known


def test_every_command_is_on_the_page() -> None:
    pins = group()
    assert {name for name, _ in COMMANDS} == set(pins.commands)


def test_every_library_has_its_rules_and_its_source() -> None:
    assert LIBRARIES.keys() == set(Semantics)
    assert all(library.title and library.source for library in LIBRARIES.values())


def test_every_format_can_do_something_and_has_a_title() -> None:
    assert len({entry.name for entry in TABLE}) == len(TABLE)
    assert all(
        (entry.read or entry.write) and entry.title and entry.can.kinds and entry.can.matches
        for entry in TABLE
    )


def test_rules_are_sentences() -> None:
    assert all(re.fullmatch(r"PIN\d{3}", name) and text.endswith((".", ").")) for name, text in RULES.items())
