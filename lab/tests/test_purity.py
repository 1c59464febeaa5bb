"""The judge and the storyteller are pure: they can reach no process, file, socket or clock.

Checked on the source, and through every module of ours that they import.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pinlab
import pytest

PACKAGE = Path(pinlab.__file__).parent
PURE = [
    "judge",
    "story",
    "story_facts",
    "plain_text",
    "testimony",
    "connection",
    "expectation",
    "evidence",
    "judgement",
]
FORBIDDEN = {
    "subprocess",
    "os",
    "socket",
    "time",
    "datetime",
    "pathlib",
    "shutil",
    "tempfile",
    "threading",
    "random",
}


def _imports(source: Path) -> set[str]:
    """Modules that a file imports when it runs; what is under `if TYPE_CHECKING` never runs."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    idle = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in idle:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names if node.module == "pinlab"}
    return found


def _reached(module: str) -> dict[str, set[str]]:
    """Every module of ours that `module` reaches, with what it imports."""
    reached: dict[str, set[str]] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        source = PACKAGE / (name.removeprefix("pinlab.").replace(".", "/") + ".py")
        if name in reached or not source.is_file():
            continue
        reached[name] = _imports(source)
        waiting += [other for other in reached[name] if other.startswith("pinlab.")]
    return reached


@pytest.mark.parametrize("module", ["pinlab.judge", "pinlab.story"])
def test_pure(module: str) -> None:
    reached = _reached(module)
    assert module in reached
    for name, imports in reached.items():
        roots = {other.split(".")[0] for other in imports}
        assert not roots & FORBIDDEN, f"{name} imports {roots & FORBIDDEN}"


def test_neither_calls_open_or_print() -> None:
    for module in PURE:
        tree = ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
        called = {
            node.func.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not called & {"open", "print", "input", "exec", "eval", "__import__"}, module
