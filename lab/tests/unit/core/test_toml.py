"""What is written as TOML reads back as it was."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pinlab.core.toml import dump, value

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN = st.one_of(TEXTS, st.booleans(), st.integers(-(2**63), 2**63 - 1))
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=12)


@given(st.dictionaries(TEXTS, VALUES))
def test_tables_read_back(tables: dict[str, Any]) -> None:
    assert tomllib.loads(dump(tables)) == tables


@given(TEXTS)
def test_a_text_stays_on_one_line_and_reads_back(text: str) -> None:
    written = value(text)
    assert "\n" not in written and tomllib.loads(f"v = {written}  # a comment") == {"v": text}


def test_what_is_none_is_left_out() -> None:
    assert dump({"a": None, "b": {"c": None, "d": 1}}) == "[b]\nd = 1\n"
