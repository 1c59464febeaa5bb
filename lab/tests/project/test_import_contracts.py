"""The contracts of pyproject.toml about which package may import which: they excuse nothing, and a broken one fails."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pinlab.core.paths import ROOT

LINT = Path(sys.executable).with_name("lint-imports")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]


def lint(tree: Path) -> tuple[int, str]:
    """import-linter on the packages of a tree, by the contracts of its pyproject.toml."""
    script = (
        "import sys; sys.path[:0] = sys.argv[1:3]; sys.argv = ['lint-imports', '--no-cache'];"
        "from importlinter.cli import lint_imports_command; lint_imports_command()"
    )
    folders = [str(tree / "lab"), str(tree / "client_under_test/adapters")]
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, *folders], cwd=tree, capture_output=True, text=True, timeout=120
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of both packages and of the contracts."""
    folder = tmp_path_factory.mktemp("tree")
    ignore = shutil.ignore_patterns("__pycache__")
    for name in ("lab/pinlab", "client_under_test/adapters/pinlab_clients"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_nothing_is_excused() -> None:
    contracts = CONTRACTS["contracts"]
    assert not [name for contract in contracts for name in contract if name.startswith("ignore")]
    assert all(contract["exhaustive"] for contract in contracts if contract["type"] == "layers")


def test_this_tree_keeps_the_contracts(tree: Path) -> None:
    status, text = lint(tree)
    assert status == 0, text


@pytest.mark.parametrize(
    ("file", "line", "named"),
    [
        ("lab/pinlab/core/durations.py", "import pinlab.runner.settings", "pinlab.core.durations"),
        ("lab/pinlab/judge/judge.py", "import socket", "pinlab.judge.judge -> socket"),
        (
            "lab/pinlab/runner/execute.py",
            "import pinlab_clients.curl",
            "pinlab.runner.execute -> pinlab_clients",
        ),
        (
            "client_under_test/adapters/pinlab_clients/curl.py",
            "import pinlab.judge.judge",
            "pinlab_clients.curl",
        ),
        ("lab/pinlab/rotation/plan/file.py", "import pinlab.rotation.model.predict", "pinlab.rotation.plan"),
        ("lab/pinlab/reports/junit.py", "import pinlab.devtools.measure", "pinlab.reports.junit"),
    ],
)
def test_a_broken_contract_is_named(tree: Path, file: str, line: str, named: str) -> None:
    path = tree / file
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}\n{line}\n", encoding="utf-8")
    try:
        status, text = lint(tree)
    finally:
        path.write_text(before, encoding="utf-8")
    assert status == 1 and named in text, text


def test_a_package_in_no_layer_is_refused(tree: Path) -> None:
    (tree / "lab/pinlab/elsewhere").mkdir()
    (tree / "lab/pinlab/elsewhere/__init__.py").write_text("")
    try:
        status, text = lint(tree)
    finally:
        shutil.rmtree(tree / "lab/pinlab/elsewhere")
    assert status == 1 and "elsewhere" in text, text
