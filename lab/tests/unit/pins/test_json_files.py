"""JSON pin files: read by the rules of JSON, with the line and column of each value."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pinlab.pins.errors import PinFileError
from pinlab.pins.format_table import read_pins
from pinlab.pins.sources.json_document import parse_json
from pinlab.pins.sources.value_tree import ValueNode
from tests.support.pin_file_examples import EXAMPLES, A, B, b64, source

JSON_FORMATS = ("brief", "chromium", "rn-ssl-manager")
QUICK = settings(max_examples=150, deadline=None, database=None, derandomize=True)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def plain(node: ValueNode) -> Any:
    """A tree as plain values."""
    if isinstance(node.value, dict):
        return {key: plain(member) for key, member in node.value.items()}
    return [plain(item) for item in node.value] if isinstance(node.value, list) else node.value


def nodes(node: ValueNode) -> list[ValueNode]:
    """A tree and everything in it, in the order of the file."""
    inside: list[ValueNode] = []
    if isinstance(node.value, dict | list):
        inside = list(node.value.values() if isinstance(node.value, dict) else node.value)
    return [node, *(below for child in inside for below in nodes(child))]


@QUICK
@given(VALUES, st.sampled_from([None, 0, 3]), st.booleans())
def test_each_value_is_as_json_reads_it_and_starts_where_its_node_says(
    value: Any, indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    root = parse_json(source(text.encode("utf-8", "surrogatepass")), comments=True)
    assert plain(root) == value
    for node in nodes(root):
        found, _ = json.JSONDecoder().raw_decode(text, node.offset)
        assert found == plain(node)


BAD = [
    ('{"a": 1,}', "line 1, column 9: is not JSON"),
    ('{"a": 1 "b": 2}', "line 1, column 9: is not JSON: Expecting ',' delimiter"),
    ("{'a': 1}", "line 1, column 2: is not JSON"),
    ("{a: 1}", "line 1, column 2: is not JSON"),
    ('{"a":\n [1, // one\n 2]}', "line 2, column 6: is not JSON"),
    ('{"a": "x\ny"}', "line 1, column 9: is not JSON: Invalid control character"),
    ('{"a": 1}\n{"b": 2}', "line 2, column 1: is not JSON: Extra data"),
    ("", "line 1, column 1: is not JSON: Expecting value"),
    ('{"a": {"b": 1,\r\n "b": 2}}', 'line 2, column 2: the key "b" a second time'),
    ('{"a": 1, "\\u0061": 2}', 'line 1, column 10: the key "a" a second time'),
    ('{"a": [0, NaN]}', "line 1, column 11: is not JSON: a number must be finite"),
    ('{"a": -Infinity}', "line 1, column 7: is not JSON: a number must be finite"),
    ("[" * 33 + "]" * 33, "line 1, column 33: is nested deeper than 32 levels"),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_what_is_not_json_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(PinFileError, match=re.escape(message)):
        parse_json(source(text))


@pytest.mark.parametrize("number", ["9" * 5000, "1e999", "-0.5"])
def test_a_number_of_any_size_is_read(number: str) -> None:
    assert isinstance(parse_json(source(f"[{number}]")).value[0].value, float)


@pytest.mark.parametrize("name", JSON_FORMATS)
@pytest.mark.parametrize("end", ["", "]", ",", "{}"])
def test_text_behind_the_end_of_a_file_is_refused(name: str, end: str) -> None:
    text = EXAMPLES[name].text.rstrip() + end
    if end:
        with pytest.raises(PinFileError, match="is not JSON: Extra data"):
            read_pins(source(text), name)
    else:
        assert read_pins(source(text), name).hosts


def test_chromiums_files_may_have_comments_and_keep_their_lines() -> None:
    text = f"""// Copyright
/* two
   lines */ {{ "pinsets": [ // the sets
  {{"name": "shop", /* " */ "static_spki_hashes": ["sha256/{b64(A)}", "sha256/{b64(B)}"],
    "report_uri": "https://report.test//x/*y*/"}}],
  "entries": [{{"name": "shop.test", "pins": "shop"}}]
}}
"""
    (host,) = read_pins(source(text), "chromium").hosts
    assert [str(pin.spot) for pin in host.pins] == ["line 4, column 51", "line 4, column 106"]
    assert (str(host.spot), host.report_uris) == ("line 6, column 15", ("https://report.test//x/*y*/",))


@pytest.mark.parametrize("comment", ["/* without an end", "/*/"])
def test_a_comment_without_its_end_is_refused(comment: str) -> None:
    with pytest.raises(PinFileError, match="is not JSON"):
        parse_json(source(f"[]{comment}"), comments=True)


@pytest.mark.parametrize("name", ["brief", "rn-ssl-manager"])
def test_other_json_files_have_no_comments(name: str) -> None:
    with pytest.raises(PinFileError, match="line 1, column 1: is not JSON"):
        read_pins(source(f"// mine\n{EXAMPLES[name].text}"), name)
