"""All that the catalogue says about one scenario, as Markdown: the entry of its page, and `pinlab explain`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pinlab.catalogue.loader import Catalogue
from pinlab.catalogue.registry import KindInfo
from pinlab.catalogue.scenario import Scenario
from pinlab.catalogue.suites import suites_of
from pinlab.reports.chain_diagram import draw


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
        yield "Controls that must be accepted:", f"`{scenario.control}`{own}"
    yield from _setting(scenario)
    if scenario.caught_by:
        yield "Flaws it brings to light:", ", ".join(f"`{name}`" for name in scenario.caught_by)
    if scenario.refs:
        yield "From:", ", ".join(scenario.refs)


def _setting(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """What the client gets and how it is met, as far as it is not the ordinary way."""
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
        yield "Visits in one process:", "; ".join(f"{number}: {question.words}" for number, question in asked)
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
