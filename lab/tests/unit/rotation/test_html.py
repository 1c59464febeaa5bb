"""The page of an answer: well-formed, self-contained, with the figures of the plan; its chart and matrix."""

from __future__ import annotations

import re
from functools import cache
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from pinlab.rotation.answer.answer import answer
from pinlab.rotation.answer.chart_marks import Mark, placed
from pinlab.rotation.answer.grid import Grid, grid_of
from pinlab.rotation.answer.html import document
from pinlab.rotation.answer.scale import nice_top, ticks
from pinlab.rotation.answer.timeline import timeline_of
from pinlab.rotation.plan.moments import DAY
from pinlab.rotation.rehearse.run import performer
from tests.support.rotation_plans import plan, varied

EXAMPLES = ("S02", "S04", "S08", "S19", "S32")


@cache
def page(name: str) -> str:
    return document(*answer(plan(name)))


def tree(text: str) -> Element:
    """The page as XML; it must be well-formed."""
    found: Element = fromstring(text)
    return found


def words(text: str) -> str:
    return " ".join(" ".join(tree(text).itertext()).split())


def grid(name: str) -> Grid:
    return grid_of(*answer(plan(name)))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_page_is_well_formed_and_alone(name: str) -> None:
    text = page(name)
    for element in tree(text).iter():
        assert element.tag not in ("script", "link", "img", "iframe", "object")
        assert not {"src", "href", "onclick", "onload"} & set(element.attrib)
    assert "http" not in re.sub(r"http-equiv", "", text)
    assert not re.search(r"@import|url\((?!#)", text)
    assert "default-src 'none'" in text


def test_the_page_has_the_figures() -> None:
    output = words(page("S04"))
    for piece in ("35.0 %", "9.37", "83.0", "T+7 (2026-06-08)", "T+90 (2026-08-30)", "ROT001", "NOT SAFE"):
        assert piece in output
    assert "The plan is not safe" in output
    assert "No connection was made" in output


def test_a_clean_plan_is_called_safe() -> None:
    output = words(page("S02"))
    assert "The plan is safe by its own gate" in output
    assert "No one is locked out by the plan" in output
    assert "no rule has a finding" in output


def test_a_black_box_is_called_open() -> None:
    pins = '{ mode = "spki-any", set = ["K1", "K2"] }'
    made, prediction = answer(varied("S01", (pins, '{ mode = "external" }')))
    output = words(document(made, prediction))
    assert "black box" in output
    assert made.exit_status != 0


def test_what_was_measured_is_in_the_matrix() -> None:
    made, prediction = answer(plan("S04"), "full", performer("flawed:no_pin_check", None, None))
    output = words(document(made, prediction))
    assert "The client does not pin" in output
    fields = [entry for row in grid_of(made, prediction).rows for field in row.fields for entry in field]
    assert {(field.measured, field.differs) for field in fields} == {("measured: unpinned", True)}


def test_what_a_plan_says_stays_text() -> None:
    evil = '<script>alert(1)</script><svg onload="x">'
    made = varied("S04", ('id = "all"', f"id = '{evil}'"), ('id = "1.1"', f"id = '{evil}'"))
    text = document(*answer(made))
    assert "<script" not in text
    assert all("onload" not in element.attrib for element in tree(text).iter())
    assert evil in words(text)


def test_the_curve_jumps_at_the_cut_over_and_falls_with_adoption() -> None:
    line = timeline_of(answer(plan("S04"))[1])
    at = [share for time, share in line.locked if time == 7 * DAY]
    assert at == [pytest.approx(0), pytest.approx(0.35)], "one point on either side"
    assert line.locked[-1] == pytest.approx((90 * DAY, 0.05))
    assert line.pin == line.locked
    assert line.unpinned == line.branches == []


def test_the_worst_branch_is_a_band_above_the_plan() -> None:
    line = timeline_of(answer(plan("S19"))[1])
    assert line.worst.startswith("compromise")
    assert max(share for _, share in line.branches) > 0.8
    assert line.locked == []
    assert max(share for _, share in line.unpinned) == pytest.approx(0.45)


def test_a_matrix_field_tells_its_times_in_order() -> None:
    fields = {field.word: field.span for field in grid("S08").rows[0].fields[0]}
    assert fields == {"accepted": "T+0 to T+12", "LOCKED_OUT, invalid": "T+12 to T+30"}


def test_labels_do_not_overlap() -> None:
    marks = [(Mark("release", 0, "release 1.1 T+0"), 10.0), (Mark("cut-over", 0, "serve c2 T+0"), 40.0)]
    low, high = placed(marks, 1000)
    assert (low.row, high.row) == (0, 1)
    far, _ = placed([(marks[0][0], 10.0), (marks[1][0], 500.0)], 1000)
    assert far.row == 0
    edge = placed([(marks[0][0], 995.0)], 1000)[0]
    assert edge.leftwards


def test_a_crowd_of_labels_leaves_lines_alone() -> None:
    crowd = placed([(Mark("cut-over", 0, "serve c2"), 100.0 + n) for n in range(20)], 1000)
    assert sum(entry.row is None for entry in crowd) > 0
    assert len(crowd) == 20


def test_axes_are_round() -> None:
    assert [nice_top(share) for share in (0.0, 0.35, 0.95, 1.0)] == [0.005, 0.4, 1.0, 1.0]
    assert [time / DAY for time in ticks(0, 90 * DAY)] == [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]
    assert [time / DAY for time in ticks(-5 * DAY, 5 * DAY)] == list(range(-5, 6))
    assert [time / DAY for time in ticks(-0.25 * DAY, DAY)] == [
        -0.25,
        -0.125,
        0,
        0.125,
        0.25,
        0.375,
        0.5,
        0.625,
        0.75,
        0.875,
        1,
    ]
