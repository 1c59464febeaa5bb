"""A scenario file handed on in bad faith: it is data, and cannot climb, burst or hang the lab."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pinlab.catalogue.loader import load_catalogue
from pinlab.catalogue.script import load_script
from pinlab.cli.errors import explain_error
from pinlab.core.errors import FileError, UsageError
from pinlab.core.files import MOST_BYTES
from pinlab.core.toml import read_toml
from pinlab.pki.cast import Deviations
from pinlab.pki.lasting_world import load_own
from pinlab.pki.mint import MintError, mint_world
from pinlab.reports.baseline import read_baseline
from pinlab.rotation.plan.file import read_plan
from pinlab.runner.known_deviations import read_known
from tests.support.worlds import NOW, standard_cast

HEAD = '[it]\ndoc = "What a client is shown, and what it does."\nexpect = "SERVED"\nrefs = ["none"]\n'


def family(folder: Path, text: str) -> Path:
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    return folder


def test_an_endless_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "world.toml").symlink_to("/dev/zero")
    endless = tmp_path / "world.toml"
    loads: list[Callable[[], object]] = [
        lambda: read_toml(endless),
        lambda: read_known(endless),
        lambda: read_baseline(endless),
        lambda: read_plan(endless),
        lambda: load_own(tmp_path),
        lambda: load_script(endless, standard_cast(), {}),
    ]
    for load in loads:
        with pytest.raises((FileError, UsageError), match=f"more than {MOST_BYTES} bytes"):
            load()


@pytest.mark.parametrize("name", ["../../evil", "/tmp/evil", "a/b", "..", "-rf", "a\nb", "", "x" * 300])
def test_a_name_that_would_climb_makes_no_file(tmp_path: Path, programs: Path, name: str) -> None:
    change = Deviations.model_validate({"keys": {name: {}}})
    with pytest.raises(MintError, match="a name is up to 100 of"):
        mint_world(standard_cast().deviate(change), now=NOW, folder=tmp_path / "deep" / "worlds")
    left = [path for path in tmp_path.rglob("*") if path.is_file() and not path.name.endswith(".lock")]
    assert left == [] and not Path("/tmp/evil").exists()


@pytest.mark.parametrize(
    "line",
    [
        f"times = {'9' * 5000}",
        'timeout = "-1d\\n"',
        f'timeout = "{"9" * 5000}d"',
        "tls = [nan]",
        "tls = []",
        'present = [{identity = "active", times = 0}]',
        f'present = [{{identity = "active", times = {10**30}}}]',
        'present = [{identity = "../../key"}]',
        'trust = ["/etc/ssl/private"]',
        'attack = [{kind = "../kinds/rogue_ca"}]',
        'world.identities.active.hex = "zz"',
        "visits = [[[[[[]]]]]]",
    ],
)
def test_what_is_absurd_is_refused_in_words(tmp_path: Path, line: str) -> None:
    with pytest.raises(FileError, match=r"mine\.toml"):
        load_catalogue(family(tmp_path, f"{HEAD}{line}\n"), {}, {})


def test_a_validity_beyond_all_calendars_is_refused_in_words(tmp_path: Path, programs: Path) -> None:
    change = Deviations.model_validate({"identities": {"active": {"not_after": "99999999999999d"}}})
    with pytest.raises(MintError) as refused:
        mint_world(standard_cast().deviate(change), now=NOW, folder=tmp_path)
    text, status = explain_error(refused.value)
    assert status == 2 and "not_after" in text


def test_toml_has_no_references_that_could_grow(tmp_path: Path) -> None:
    text = 'a = "&x"\nb = "*x"\nc = "${a}"\nd = "{{a}}"\n'
    (tmp_path / "it.toml").write_text(text, encoding="utf-8")
    assert read_toml(tmp_path / "it.toml") == {"a": "&x", "b": "*x", "c": "${a}", "d": "{{a}}"}
