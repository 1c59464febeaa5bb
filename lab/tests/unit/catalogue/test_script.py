"""A user's own script for the interceptor: the same tables and the same complaints as in the catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest
from pinlab.catalogue.registry import KindInfo, ParamInfo
from pinlab.catalogue.script import Script, load_script
from pinlab.core.errors import FileError
from tests.support.worlds import standard_cast

KINDS = {
    "pass_through": KindInfo(name="pass_through", summary="relays"),
    "rogue_ca": KindInfo(name="rogue_ca", summary="a copy", params=(ParamInfo(name="key", type="string"),)),
}


def load(folder: Path, text: str) -> Script:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return load_script(path, standard_cast(), KINDS)


def test_steps_are_read_in_order(tmp_path: Path) -> None:
    text = "[[attack]]\nkind = 'pass_through'\ntimes = 2\n[[attack]]\nkind = 'rogue_ca'\nkey = 'unknown'\n"
    first, second = load(tmp_path, text).attack
    assert (first.kind, first.times, first.is_legit) == ("pass_through", 2, True)
    assert (second.kind, second.params, second.is_legit) == ("rogue_ca", {"key": "unknown"}, False)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", 'mine.toml: "attack" is missing; write it: The steps'),
        ("attack = []", "mine.toml attack: "),
        ("[[atack]]\nkind = 'pass_through'", 'unknown key "atack"; did you mean "attack"'),
        ("[[attack]]\ntimes = 1", 'mine.toml attack[0]: "kind" is missing'),
        ("[[attack]]\nkind = 'rouge_ca'", 'attack[0].kind: no kind of attack is called "rouge_ca"'),
        (
            "[[attack]]\nkind = 'rogue_ca'\nkye = 'x'",
            'attack[0]: rogue_ca has no parameter "kye"; did you mean "key"?',
        ),
        ("[[attack]]\nkind = 'rogue_ca'\nkey = 'x'", 'attack[0].key: no key is called "x"'),
    ],
)
def test_a_mistake_names_its_place(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(FileError) as caught:
        load(tmp_path, text)
    assert complaint in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"gone\.toml: cannot be read"):
        load_script(tmp_path / "gone.toml", standard_cast())
