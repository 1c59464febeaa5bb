"""`--set NAME=VALUE`: the expected verdicts of a client that has chosen the other way where RFCs leave room.

Pure: a catalogue in, a catalogue out. It refuses names that no scenario offers, and values that are no way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from pydantic import Field

from pinlab.core.errors import FileError, did_you_mean
from pinlab.core.models import Strict

if TYPE_CHECKING:
    from pinlab.catalogue.loader import Catalogue
    from pinlab.catalogue.scenario import Scenario

ViaName = Literal["accept", "reject"]
VIAS = get_args(ViaName)


def read_choices(words: Sequence[str], catalogue: Catalogue) -> dict[str, str]:
    """Give name to value from "NAME=VALUE" words. FileError with the nearest name or value."""
    offered = {scenario.choice.name for scenario in catalogue.scenarios.values() if scenario.choice}
    chosen = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign:
            raise FileError(f"--set wants NAME=VALUE, not {word!r}")
        if name not in offered:
            raise FileError(f'--set: no choice is called "{name}"{did_you_mean(name, offered)}')
        if value not in VIAS:
            raise FileError(f'--set {name}: "{value}" is no way to choose{did_you_mean(value, VIAS)}')
        chosen[name] = value
    return chosen


def choose(catalogue: Catalogue, words: Sequence[str]) -> Catalogue:
    """Give the catalogue with the chosen verdicts. FileError as `read_choices`."""
    chosen = read_choices(words, catalogue)
    return replace(
        catalogue,
        scenarios={scenario.id: _turned(scenario, chosen) for scenario in catalogue.scenarios.values()},
    )


def changed(catalogue: Catalogue, words: Sequence[str]) -> frozenset[str]:
    """Give the scenarios (of the catalogue as written or as chosen) whose verdict these words turn."""
    chosen = read_choices(words, catalogue)
    return frozenset(scenario.id for scenario in catalogue.scenarios.values() if _turns(scenario, chosen))


def offers(catalogue: Catalogue) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Give each choice: name, default, why, and the scenarios that it turns."""
    names = sorted({scenario.choice.name for scenario in catalogue.scenarios.values() if scenario.choice})
    for name in names:
        members = [
            scenario
            for scenario in catalogue.scenarios.values()
            if scenario.choice and scenario.choice.name == name
        ]
        first = members[0].choice
        assert first is not None
        yield name, first.default, first.why, tuple(member.id for member in members)


def _turns(scenario: Scenario, chosen: Mapping[str, str]) -> bool:
    choice = scenario.choice
    return choice is not None and chosen.get(choice.name, choice.default) != choice.default


def _turned(scenario: Scenario, chosen: Mapping[str, str]) -> Scenario:
    choice = scenario.choice
    if choice is None or not _turns(scenario, chosen):
        return scenario
    accept = choice.default == "reject"
    facts: dict[str, Any] = {
        "expect": "SERVED" if accept else "HELD",
        "visits": tuple("SERVED" if accept else "HELD" for _ in scenario.visits),
        "reason": None if accept else choice.reason,
        "also": (),
        "control": None if accept else choice.control,
        "why": None if accept else f"the user has chosen {choice.name}=reject",
        "phase": "handshake" if accept else choice.phase,
        "unpinned": None,
        "present": [step.model_copy(update={"legit": accept or None}) for step in scenario.present],
        "attack": [step.model_copy(update={"legit": accept}) for step in scenario.attack],
    }
    facts |= {key: tuple(facts[key]) for key in ("present", "attack")}
    return scenario.model_copy(update=facts)


class Choice(Strict):
    """The key `choice` of a scenario: `--set NAME=accept` or `--set NAME=reject` turns its verdict."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """What is chosen; scenarios that hang together share it."""
    default: ViaName
    """What the scenario says as it is written."""
    why: str = Field(min_length=20)
    """Why the default is what it is, a clause."""
    reason: str | None = None
    """The reason of a refusal, where the default is to accept."""
    control: str | None = None
    """The control of a refusal, where the default is to accept."""
    phase: Literal["config", "connect", "handshake", "request"] = "handshake"
    """Where the refusal is due, where the default is to accept."""
