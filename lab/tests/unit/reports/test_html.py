"""The page and the Markdown of a run: nothing that others wrote becomes markup, and nothing leaves the page.

On invented results; nothing is run.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from pinlab.reports import html_report, markdown
from pinlab.reports.headline import Headline
from pinlab.reports.scenario_text import Prose
from pinlab.runner.results import Result
from tests.unit.reports.test_reports import RUN, entry, judged

HOSTILE = '</pre><script>alert("1")</script><img src="https://evil.test/x">&amp;'
PROSE = {
    "rogue_ca/in_store": Prose(
        "What is shown.", "only a pin can tell", ("CWE-295",), ("  leaf  (● pinned)", "✗")
    )
}
VOID = {"meta", "input", "br", "img", "link"}


class Outline(HTMLParser):
    """The elements of a page, and whether each is closed by its own end tag."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        self.open += [] if tag in VOID else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.seen if name == tag]


def page(results: list[Result]) -> tuple[str, Outline]:
    text = html_report.document(RUN, results, PROSE)
    outline = Outline(text)
    assert outline.open == []
    return text, outline


def test_the_page_tells_every_case_without_a_script() -> None:
    _, outline = page(judged())
    cases = [item for item in outline.all("details") if str(item["class"]).startswith("case")]
    assert [case["data-verdict"] for case in cases] == [
        str(family.verdict) for family in in_families(judged())
    ]
    assert "the transcript" in outline.text and "only a pin can tell" in outline.text
    assert [item["hidden"] for item in outline.all("form")] == [None], "filters show only where a script runs"
    assert "2 secrets lost" in outline.text and "Exit status 1" in outline.text


def in_families(results: list[Result]) -> list[Result]:
    order = list(dict.fromkeys(result.family for result in results))
    return sorted(results, key=lambda result: order.index(result.family))


def test_nothing_leaves_the_page_and_its_policy_admits_only_its_own_style_and_script() -> None:
    text, outline = page(judged())
    references = [
        value for _, attrs in outline.seen for name, value in attrs.items() if name in ("src", "href")
    ]
    assert references and all(str(reference).startswith("#") for reference in references)
    assert "@import" not in text and "url(" not in text
    policy = next(str(item["content"]) for item in outline.all("meta") if "http-equiv" in item)
    assert policy.startswith("default-src 'none';")
    for element, source in (("style", "style-src"), ("script", "script-src")):
        inside = re.search(f"<{element}>(.*?)</{element}>", text, re.DOTALL)
        assert inside
        digest = base64.b64encode(hashlib.sha256(inside[1].encode()).digest()).decode()
        assert f"{source} 'sha256-{digest}'" in policy


def test_what_others_wrote_is_text() -> None:
    hostile = entry(
        "BREACHED", transcript=f"one\n{HOSTILE}\x1b[2J", cause=HOSTILE, known=HOSTILE, reason=HOSTILE
    )
    text, outline = page([replace(hostile, scenario=f"family/{HOSTILE}")])
    assert len(outline.all("script")) == 1 and outline.all("img") == []
    assert "\x1b" not in text and 'alert("1")' in outline.text


@given(st.text(max_size=60))
def test_no_text_breaks_the_page_or_the_summary(text: str) -> None:
    hostile = entry("WRONG_REASON", transcript=text, cause=text, reason=text)
    page([hostile])
    rows = markdown.document(RUN, [hostile]).split("### By family")[0].splitlines()
    row = next(line for line in rows if line.startswith("| `rogue_ca"))
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) == 6


def test_the_drawn_chain_marks_the_pinned_key_and_the_forgery() -> None:
    _, outline = page(judged())
    assert {"pinned", "lie"} <= {str(item.get("class")) for item in outline.all("b")}


def test_two_thousand_cases_make_a_page() -> None:
    many = [
        entry("HELD", scenario=f"family_{n % 40}/case_{n}", transcript="line\n" * 30) for n in range(2000)
    ]
    text, outline = page(many)
    assert len(outline.all("details")) == 2001
    assert len(text) < 4_000_000


def test_the_first_line_of_the_summary_says_it_all() -> None:
    first = markdown.document(RUN, judged()).splitlines()[0]
    assert first == (
        "**curl \\(curl 8.9\\)**: 1 of 4 attacks refused for the right reason, "
        "1 of 1 genuine servers accepted, 2 secrets lost, 1 not concluded · 2026-11-24 · pinlab 0.1.0"
    )


def test_the_summary_names_deviations_before_the_families() -> None:
    text = markdown.document(replace(RUN, complete=False), judged())
    facts = [text.index(part) for part in ("Not as expected", "Known deviations", "interrupted", "By family")]
    assert facts == sorted(facts)
    assert "| `rogue_ca/second` | 1.3 | **BREACHED** | HELD |" in text


def test_what_was_not_judged_counts_nowhere() -> None:
    line = Headline.of([entry("SKIPPED"), entry("UNSUPPORTED", "SERVED"), entry("LOCKED_OUT", "SERVED")])
    assert (line.attacks, line.genuine, line.locked_out) == (0, 1, 1)
    assert "1 locked out" in line.parts()
