"""What is to be run: a scenario met by one client, in one TLS version, by one way onto the path.

Pure values. A case has a content address: two cases that show the same client the same thing are run once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from pinlab.catalogue.loader import Catalogue
from pinlab.catalogue.scenario import Scenario
from pinlab.catalogue.steps import HONEST_KIND, AttackStep, PresentStep
from pinlab.judge.expectation import Expectation, Variant
from pinlab.pki.cast import Cast, Deviations, IdentityEntry
from pinlab.pki.pins import CertificatePin, PinRef
from pinlab.runner.extensions import NO_EXTENSION, RunExtension

FIXED_PINS = frozenset({"active", "backup"})
"""What a client with compiled-in pins is expected to carry."""
FIXED_KEY = "active"


@dataclass(frozen=True)
class Case:
    """One thing to run. `client` is the adapter's identity, `via` a way onto the path."""

    scenario: Scenario
    base_cast: Cast
    tls: str
    via: str
    client: str
    variant: Variant = "itself"
    lasting_world: str | None = None
    """Folder of a world that stays, or None."""
    extension: RunExtension = NO_EXTENSION

    @property
    def title(self) -> str:
        """The name of the case in a report's control column."""
        return self.scenario.id if self.variant == "itself" else f"{self.scenario.id}:{self.variant}"

    @cached_property
    def cast(self) -> Cast:
        """Everyone who plays in it."""
        cast = self.base_cast.deviate(self.scenario.world)
        if self.variant != "rekeyed" or self.scenario.has_mitm:
            return cast
        legit = self.scenario.steps_legit("origin")
        forged = {step.identity for step, good in zip(self.scenario.present, legit, strict=True) if not good}
        return cast.deviate(Deviations(identities={name: IdentityEntry(key=FIXED_KEY) for name in forged}))

    @property
    def pins(self) -> tuple[PinRef, ...] | None:
        """What the client pins in this variant."""
        if self.variant == "repinned":
            return self.scenario.repinned(self.cast)
        return self.scenario.pins

    def pins_at(self, number: int) -> tuple[PinRef, ...] | None:
        """What the client pins on visit `number` in this variant."""
        return self.pins if self.variant == "repinned" else self.scenario.pins_at(number)

    @property
    def present(self) -> tuple[PresentStep, ...]:
        """What the origin shows."""
        return self.scenario.present

    @property
    def script(self) -> list[dict[str, Any]]:
        """The interceptor's steps as its brief wants them; empty: there is no interceptor."""
        steps = list(self.scenario.attack)
        if not steps and self.via == "proxy":
            steps = [AttackStep.model_validate({"kind": HONEST_KIND})]
        return [self._step(step) for step in steps]

    @property
    def expectation(self) -> Expectation:
        """The right end, as the judge wants it; behind a proxy there is always an interceptor."""
        plain = Expectation.of(self.scenario, self.variant)
        if self.extension.any_byte:
            return replace(plain, any_byte=True)
        if self.via != "proxy" or self.scenario.has_mitm:
            return plain
        return replace(plain, has_mitm=True, legit={**plain.legit, "mitm": plain.legit["mitm"] or (True,)})

    @cached_property
    def world_digest(self) -> str:
        """The content address of its world."""
        return _digest({"recipe": self.cast.to_recipe(), "world": self.lasting_world})

    @cached_property
    def digest(self) -> str:
        """The content address: what is shown, to which client, how. What is expected plays no part."""
        scenario = self.scenario
        return _digest(
            {
                "world": self.world_digest,
                "host": scenario.host,
                "trust": scenario.trust,
                "pins": None if self.pins is None else [_plain(pin) for pin in self.pins],
                "present": [step.model_dump(mode="json", exclude={"legit"}) for step in self.present],
                "script": self.script,
                "spoof": scenario.spoof,
                "proxy": scenario.proxy and scenario.proxy.model_dump(mode="json", exclude={"legit"}),
                "pin_set": scenario.pin_set and scenario.pin_set.model_dump(mode="json"),
                **(self._pin_file() if scenario.pin_file else {}),
                "upgrade": scenario.upgrade,
                "timeout": scenario.timeout,
                "visits": len(scenario.expected_visits),
                "session": self._session(),
                "client": self.client,
                "tls": self.tls,
                "via": self.via,
                **self.extension.case_facts(),
            }
        )

    def _step(self, step: AttackStep) -> dict[str, Any]:
        params: dict[str, Any] = dict(step.params)
        if self.variant == "rekeyed" and not step.is_legit:
            params["key"] = FIXED_KEY
        more = step.model_dump(mode="json", include={"tickets", "early_data"}, exclude_defaults=True)
        return {"kind": step.kind, "until": step.until, "times": step.times, "params": params, **more}

    def _pin_file(self) -> dict[str, Any]:
        """What the user's pin file says in this variant: other hashes where the control is repinned."""
        pin_file = self.scenario.pin_file
        return {"pin_file": [pin_file and pin_file.model_dump(mode="json"), self.variant]}

    def _session(self) -> list[Any] | None:
        """What the visits of a session differ in, or None for ordinary visits."""
        scenario = self.scenario
        if not scenario.session:
            return None
        numbers = range(len(scenario.expected_visits))
        pins = [self.pins_at(number) for number in numbers]
        asked = [scenario.asked(number) for number in numbers]
        return [
            scenario.hosts,
            [entry and [_plain(pin) for pin in entry] for entry in pins],
            [(question.trust, question.later) for question in asked],
            scenario.stolen_ticket_key,
        ]


Name = tuple[str, str, str, str]
"""What tells the cases of one run apart."""


def name_of(case: Case) -> Name:
    """Scenario, variant, TLS version and way; client and world are the run's."""
    return case.scenario.id, case.variant, case.tls, case.via


def cases(
    scenarios: Iterable[Scenario],
    cast: Cast,
    *,
    via: str,
    client: str,
    lasting_world: str | None = None,
    extension: RunExtension = NO_EXTENSION,
) -> list[Case]:
    """One case for each scenario and TLS version, in catalogue order."""
    return [
        Case(
            scenario,
            cast,
            tls,
            via_of(scenario, via),
            client,
            lasting_world=lasting_world,
            extension=extension,
        )
        for scenario in scenarios
        for tls in scenario.tls
    ]


def via_of(scenario: Scenario, via: str) -> str:
    """The way onto the path: a scenario about a proxy leaves no choice."""
    return "proxy" if scenario.proxy else via


def controls(case: Case, catalogue: Catalogue, *, fixed_pins: bool = False) -> list[Case]:
    """The cases that must be accepted before a refusal of `case` proves anything."""
    if case.variant != "itself" or not case.scenario.must_refuse:
        return []
    found = []
    if case.scenario.control:
        control = catalogue.scenario(case.scenario.control)
        found.append(replace(case, scenario=control, via=via_of(control, case.via)))
    if case.scenario.is_pin_only and (case.extension.holds_pinned_keys or not fixed_pins):
        # No one here holds a key that a client of the user's pins: then its own word must do.
        found.append(replace(case, variant="rekeyed" if fixed_pins else "repinned"))
    return found


def why_skipped(case: Case, *, fixed_pins: bool, vias: Collection[str] = ("proxy",)) -> str | None:
    """Why this client cannot be shown this case at all, or None."""
    if case.scenario.proxy and "proxy" not in vias:
        return "the client cannot be led through a proxy"
    if case.via == "proxy" and case.scenario.spoof:
        return "a proxy resolves the name itself: there is no address to spoof"
    if case.via == "hosts" and len(set(case.scenario.hosts)) > 1:
        return "the hosts file of a run knows one name"
    if case.via == "proxy" and any(step.fault and step.fault.do == "refuse" for step in case.present):
        return "behind a proxy it is the proxy that meets the closed port"
    if (
        fixed_pins
        and case.extension.holds_pinned_keys
        and (case.pins is None or {_plain(pin) for pin in case.pins} != FIXED_PINS)
    ):
        expected = (
            "no pins"
            if case.pins is None
            else ", ".join(_plain(pin) for pin in case.pins) or "an empty pin set"
        )
        return f"the client's pins are compiled in (active, backup); the scenario wants {expected}"
    return None


def why_unsupported(case: Case, lacks: Mapping[str, str], *, sessions: bool = True) -> str | None:
    """Why a client that lacks these abilities cannot be judged by this refusal, or None."""
    if case.scenario.session and not sessions:
        return "it makes one visit and ends; this is about what one visit leaves to the next (PROTOCOL.md)"
    pins = case.pins or ()
    needs = {"ca_pins"} if any(_plain(pin) in case.cast.authorities for pin in pins) else set()
    if case.scenario.is_pin_only and {_plain(pin) for pin in case.scenario.repinned(case.cast)} & {
        _plain(pin) for pin in pins
    }:
        needs.add("backup_pins")
    needs |= {need for need in lacks if fnmatchcase(case.scenario.id, need)}
    missing = sorted(needs & set(lacks)) if case.scenario.must_refuse else []
    return "; ".join(lacks[need] for need in missing) or None


def _plain(pin: PinRef) -> str:
    if isinstance(pin, CertificatePin):
        return f"certificate:{pin.certificate}"
    return pin if isinstance(pin, str) else f"raw:{pin.raw}"


def _digest(facts: Any) -> str:
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
