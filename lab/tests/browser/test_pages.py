"""The pages in a real browser, light and dark: no complaint, no request beyond the page, filters and print work.

ci/browser brings Chromium, Playwright and axe-core; nothing is skipped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pinlab.core.paths import ROOT
from pinlab.reports import html_report
from tests.support.chromium import Browser, browsing
from tests.support.cli import pinlab
from tests.support.serve_process import serving
from tests.support.tools import needs
from tests.unit.reports.test_reports import RUN, entry

AXE = ROOT / "build" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
PLAN = ROOT / "lab" / "rotation" / "plans" / "S04-cut-over-too-soon.toml"
PAGES = ("run", "rotation", "demo")
GRAVE = ("moderate", "serious", "critical")

pytestmark = [pytest.mark.usefixtures("programs"), needs("chromium")]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each page of a real run, as users get it."""
    folder = tmp_path_factory.mktemp("pages")
    only = ("--only", "rogue_ca", "--only", "valid")
    asked = {
        "run": ("run", "--client", "openssl_cli", *only, "-n", "0"),
        "rotation": ("rehearse", str(PLAN)),
        "demo": ("demo",),
    }
    for name in PAGES:
        end = pinlab(folder, *asked[name], "--html", str(folder / f"{name}.html"))
        assert end.status in (0, 1), end.err
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all of them."""
    with browsing() as made:
        yield made


def violations(browser: Browser) -> list[dict[str, Any]]:
    """What axe-core has against the page as it is now."""
    browser.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = browser.value(
        "axe.run(document, {resultTypes: ['violations']}).then(found => JSON.stringify("
        "found.violations.map(one => ({rule: one.id, impact: one.impact,"
        " where: one.nodes.map(node => node.target.join(' ') + ': ' + node.failureSummary).slice(0, 5)}))))"
    )
    return [violation for violation in json.loads(found) if violation["impact"] in GRAVE]


OPEN_ALL = "document.querySelectorAll('details').forEach(entry => { entry.open = true })"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_complains_and_nothing_leaves(browser: Browser, pages: Path, name: str, scheme: str) -> None:
    url = (pages / f"{name}.html").as_uri()
    browser.open(url, scheme=scheme)
    browser.value(OPEN_ALL)
    assert browser.complaints == []
    assert browser.asked_for == {url}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_the_rules_of_accessibility_find_nothing(
    browser: Browser, pages: Path, name: str, scheme: str
) -> None:
    browser.open((pages / f"{name}.html").as_uri(), scheme=scheme)
    browser.value(OPEN_ALL)
    assert violations(browser) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_live_page_is_accessible(browser: Browser, tmp_path: Path, scheme: str) -> None:
    with serving(tmp_path, "--timeout", "2") as server:
        browser.open(server.page, scheme=scheme)
        browser.page.fill("[name=only]", "valid/leaf")
        browser.page.click("#begin button")
        browser.wait("document.querySelector('#now') && document.querySelector('#now').dataset.task === '1'")
        assert violations(browser) == []
        assert browser.complaints == []
        browser.leave()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_without_a_script(browser: Browser, pages: Path, name: str) -> None:
    browser.open((pages / f"{name}.html").as_uri(), scripts=False)
    text = str(browser.value("document.body.textContent"))
    expected = {"run": "rogue_ca", "rotation": "locked out", "demo": "secret"}
    assert expected[name] in text
    hidden = browser.value("[...document.querySelectorAll('details.case')].filter(one => one.hidden).length")
    assert hidden == 0


def test_the_filters_of_a_run_work(browser: Browser, pages: Path) -> None:
    browser.open((pages / "run.html").as_uri())
    shown = "[...document.querySelectorAll('details.case')].filter(one => one.checkVisibility())"
    every = int(browser.value("document.querySelectorAll('details.case').length"))
    deviating = int(browser.value(f"{shown}.length"))
    assert 0 < deviating < every, "a run with deviations begins with them"
    assert browser.value(f"{shown}.every(one => /failed|error/.test(one.dataset.outcome))") is True
    choose(browser, "filter-outcome", "")
    assert browser.value(f"{shown}.length") == every
    choose(browser, "filter-verdict", "SERVED")
    assert browser.value(f"{shown}.length > 0 && {shown}.every(one => one.dataset.verdict === 'SERVED')")
    choose(browser, "filter-verdict", "")
    choose(browser, "filter-text", "rogue_ca in_trust")
    assert browser.value(f"{shown}.length > 0 && {shown}.every(one => /in_trust/.test(one.textContent))")
    assert str(browser.value("document.getElementById('count').textContent")).endswith(f"of {every} cases")
    assert browser.complaints == []


def choose(browser: Browser, field: str, value: str) -> None:
    """Set a field as a reader would."""
    chosen = browser.page.locator(f"#{field}")
    if chosen.evaluate("field => field.tagName") == "SELECT":
        chosen.select_option(value)
    else:
        chosen.fill(value)


def test_two_thousand_results_are_filtered(browser: Browser, tmp_path: Path) -> None:
    words = ("HELD", "SERVED", "BREACHED")
    many = [
        entry(
            words[n % 3], scenario=f"family_{n % 40}/case_{n}", transcript="a line of the transcript\n" * 30
        )
        for n in range(2000)
    ]
    page = tmp_path / "many.html"
    page.write_text(html_report.document(RUN, many, {}), encoding="utf-8")
    assert page.stat().st_size < 4_000_000
    browser.open(page.as_uri())
    choose(browser, "filter-outcome", "")
    choose(browser, "filter-text", "case_1999")
    assert browser.value("document.getElementById('count').textContent") == "1 of 2000 cases"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_prints_whole(browser: Browser, pages: Path, name: str) -> None:
    """Nothing is cut off at the edge of the paper; a filtered report says how many cases it leaves out."""
    browser.open((pages / f"{name}.html").as_uri())
    pdf = browser.page.pdf(print_background=True)
    assert pdf.startswith(b"%PDF-") and len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 1
    browser.open((pages / f"{name}.html").as_uri(), media="print")
    if name == "run":
        assert browser.value("document.getElementById('count').checkVisibility()") is True
        assert browser.value("document.getElementById('filter-text').checkVisibility()") is False
    wide = browser.value("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert int(wide) <= 1, "nothing is cut off at the edge of the paper"
