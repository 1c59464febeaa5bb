"""The catalogue as a page for people, lab/docs/catalogue.md: generated, never edited, checked by a test.

`python -m pinlab.pages` writes it. It refuses to say anything that the TOML files do not say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pinlab.catalogue import Catalogue, load_catalogue
from pinlab.drawing import draw
from pinlab.kinds import KindInfo
from pinlab.scenario import Scenario
from pinlab.suites import suites_of
from pinlab.tools import known_kinds
from pinlab.words import Verdict

PAGE = Path(__file__).resolve().parent.parent / "docs" / "catalogue.md"
HEAD = """\
# The catalogue

What the lab shows to a client, and what a good client does. This page is made from `lab/catalogue/` by
`python -m pinlab.pages`; `./pinlab explain ID` prints the same about one scenario.

Each has two verdicts, of a client with the pins and of the same client without: where they differ, it is the
pin that acts. A drawing shows the chains from the root down: `trusted` is in the client's store, `● pinned` a
pinned key, `✗` the lie. Whatever is out of the ordinary about a certificate stands beside it.

| Expected | Meaning |
|---|---|
| SERVED | honest: a good client accepts |
| HELD | a lie: a good client refuses, for the reason given, before it says a word |
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


def entry(scenario: Scenario, catalogue: Catalogue, kinds: Mapping[str, KindInfo]) -> str:
    """Give all that the catalogue says about one scenario, as Markdown."""
    lines = [f"### {scenario.id}", "", " ".join(scenario.doc.split()), ""]
    lines += ["```text", *draw(scenario, catalogue.cast_of(scenario), kinds), "```", ""]
    lines += [f"- **{label}** {text}" for label, text in _facts(scenario)]
    return "\n".join(lines) + "\n"


def _facts(scenario: Scenario) -> Iterator[tuple[str, str]]:
    expected = ", then ".join(scenario.expected_visits)
    reason = f", `{scenario.reason}`" if scenario.reason else ""
    yield "Pinned:", expected + reason
    yield "Unpinned:", scenario.without_pins
    if scenario.also:
        yield "Also right:", ", ".join(f"`{word}`" for word in scenario.also)
    if scenario.why:
        yield "Why:", scenario.why
    if scenario.control:
        own = ", and the same lie with its own key pinned" if scenario.is_pin_only else ""
        yield "Twins that must be accepted:", f"`{scenario.control}`{own}"
    yield from _setting(scenario)
    if scenario.caught_by:
        yield "Flaws it brings to light:", ", ".join(f"`{name}`" for name in scenario.caught_by)
    if scenario.refs:
        yield "From:", ", ".join(scenario.refs)


def _setting(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """What the client is told and how it is met, as far as it is not the ordinary way."""
    raw = [getattr(pin, "raw", pin) for pin in scenario.pins or ()]
    if scenario.pins is None:
        yield "Pins:", "none"
    elif raw != ["active", "backup"]:
        yield "Pins:", ", ".join(f"`{pin}`" for pin in raw) or "an empty set"
    if scenario.pin_set:
        yield "Pin set:", scenario.pin_set.words
    if scenario.host != "shop.test":
        yield "Host:", f"`{scenario.host}`"
    if scenario.trust != ("root", "rogue"):
        yield "Trusted:", ", ".join(scenario.trust)
    if scenario.session:
        asked = enumerate((scenario.asked(number) for number in range(len(scenario.expected_visits))), 1)
        yield "Visits in one process:", "; ".join(f"{number}: {one.words}" for number, one in asked)
    if scenario.stolen_ticket_key:
        yield "Stolen:", "the key that seals the origin's session tickets"
    if scenario.spoof:
        yield "Address:", "the name resolves to the attacker"
    if scenario.phase != "handshake":
        yield "Due in phase:", scenario.phase
    if scenario.choice:
        choice = scenario.choice
        yield "Choice:", f"`--set {choice.name}=accept|reject`, by default {choice.default}: {choice.why}"
    yield "TLS:", ", ".join(scenario.tls)
    yield "Suites:", ", ".join(suites_of(scenario))


def main() -> None:
    """Write lab/docs/catalogue.md. ToolError: pinlab-mitm, which knows the kinds of attack, is not built."""
    PAGE.write_text(page(load_catalogue(), known_kinds()), encoding="utf-8")


if __name__ == "__main__":
    main()
