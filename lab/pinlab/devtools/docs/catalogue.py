"""The catalogue as a page for people, lab/docs/catalogue.md: generated, never edited, checked by a test.

`python -m pinlab.devtools.docs.main` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pinlab.catalogue.loader import Catalogue, load_catalogue
from pinlab.catalogue.registry import KindInfo, known_kinds
from pinlab.core.enums import Verdict
from pinlab.core.paths import ROOT
from pinlab.reports.scenario_entry import entry

PAGE = ROOT / "lab" / "docs" / "catalogue.md"
HEAD = """\
# The catalogue

What the lab shows to a client, and what a good client does. This page is made from `lab/catalogue/` by
`python -m pinlab.devtools.docs.main`; `./pinlab explain ID` prints the same about one scenario.

Each has two verdicts, of a client with the pins and of the same client without: where they differ, it is the
pin that acts. A drawing shows the chains from the root down: `trusted` is in the client's store, `● pinned` a
pinned key, `✗` the attack. Whatever is out of the ordinary about a certificate stands beside it.

| Expected | Meaning |
|---|---|
| SERVED | honest: a good client accepts |
| HELD | an attack: a good client refuses, for the reason given, before it says a word |
| LOCKED_OUT | an accident of rotation: a good client refuses, and its users stand outside |
"""


def page(catalogue: Catalogue, kinds: Mapping[str, KindInfo]) -> str:
    """Give the whole page as Markdown; the kinds of attack say who signs their copies."""
    blocks = [HEAD, *_overview(catalogue)]
    for family, about in catalogue.families.items():
        blocks.append(f"## {family}\n\n{about}\n")
        members = (scenario for scenario in catalogue.scenarios.values() if scenario.family == family)
        blocks += [entry(scenario, catalogue, kinds) for scenario in members]
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


def main() -> None:
    """Write lab/docs/catalogue.md. ToolError: pinlab-mitm, which knows the kinds of attack, is not built."""
    PAGE.write_text(page(load_catalogue(), known_kinds()), encoding="utf-8")


if __name__ == "__main__":
    main()
