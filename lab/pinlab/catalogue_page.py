"""The catalogue as a page for people, lab/docs/catalogue.md: generated, never edited, checked by a test.

`python -m pinlab.catalogue_page` writes it. It refuses to say anything that the TOML files do not say.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pinlab.catalogue import Catalogue, load_catalogue
from pinlab.scenario import Scenario
from pinlab.words import Verdict

PAGE = Path(__file__).resolve().parent.parent / "docs" / "catalogue.md"
HEAD = """\
# The catalogue

What the lab shows to a client, and what a good client does. This page is made from `lab/catalogue/` by
`python -m pinlab.catalogue_page`.

| Expected | Meaning |
|---|---|
| SERVED | honest: a good client accepts |
| HELD | a lie: a good client refuses, for the reason given, before it says a word |
| LOCKED_OUT | an accident of rotation: a good client refuses, and its users stand outside |
"""


def page(catalogue: Catalogue) -> str:
    """Give the whole page as Markdown."""
    blocks = [HEAD, *_overview(catalogue)]
    for family, about in catalogue.families.items():
        blocks.append(f"## {family}\n\n{about}\n")
        members = (scenario for scenario in catalogue.scenarios.values() if scenario.family == family)
        blocks += [_entry(scenario) for scenario in members]
    return "\n".join(blocks)


def _overview(catalogue: Catalogue) -> Iterator[str]:
    words = (Verdict.SERVED.value, Verdict.HELD.value, Verdict.LOCKED_OUT.value)
    rows = ["| Family | " + " | ".join(words) + " |", "|---|" + "---:|" * len(words)]
    scenarios = catalogue.scenarios.values()
    for family in catalogue.families:
        expected: list[str] = [scenario.expect for scenario in scenarios if scenario.family == family]
        rows.append(f"| [{family}](#{family}) | " + " | ".join(str(expected.count(w)) for w in words) + " |")
    every: list[str] = [scenario.expect for scenario in scenarios]
    rows.append(f"| {len(every)} scenarios | " + " | ".join(str(every.count(w)) for w in words) + " |")
    yield "\n".join(rows) + "\n"


def _entry(scenario: Scenario) -> str:
    lines = [f"### {scenario.id}", "", " ".join(scenario.doc.split()), ""]
    lines += [f"- **{label}** {text}" for label, text in _facts(scenario)]
    return "\n".join(lines) + "\n"


def _facts(scenario: Scenario) -> Iterator[tuple[str, str]]:
    expected = ", then ".join(scenario.expected_visits)
    reason = f", `{scenario.reason}`" if scenario.reason else ""
    yield "Expected:", expected + reason
    if scenario.also:
        yield "Also right:", ", ".join(f"`{word}`" for word in scenario.also)
    if scenario.why:
        yield "Why:", scenario.why
    if scenario.control:
        yield "Control:", f"`{scenario.control}`"
    yield "TLS:", ", ".join(scenario.tls)
    if scenario.caught_by:
        yield "Flaws it brings to light:", ", ".join(f"`{name}`" for name in scenario.caught_by)
    if scenario.refs:
        yield "From:", ", ".join(scenario.refs)


def main() -> None:
    """Write lab/docs/catalogue.md."""
    PAGE.write_text(page(load_catalogue()), encoding="utf-8")


if __name__ == "__main__":
    main()
