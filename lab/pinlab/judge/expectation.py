"""What the judge must know of a case beforehand, boiled down from a scenario and the variant that is run.

A plain value, so that the judge can be tested on invented ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from pinlab.core.enums import PIN_REASON_PREFIX, Phase, Verdict
from pinlab.core.verdicts import REFUSALS

if TYPE_CHECKING:
    from pinlab.catalogue.scenario import Scenario

Variant = Literal["itself", "repinned", "rekeyed"]
WITNESSES: tuple[Literal["origin", "mitm", "proxy"], ...] = ("origin", "mitm", "proxy")


@dataclass(frozen=True)
class Expectation:
    """The right end of a case.

    `expect` is the scenario's verdict word, `visits` that of each client run. `reasons` are the right ones,
    the expected first. `legit` says for each step of each witness whether application data may reach it (the
    last step repeats). `direct`: the client may reach the origin around the interceptor, if there is one.
    """

    expect: str
    visits: tuple[str, ...]
    host: str = "shop.test"
    reasons: tuple[str, ...] = ()
    phase: str = Phase.HANDSHAKE
    legit: Mapping[str, tuple[bool, ...]] = field(default_factory=dict)
    direct: bool = False
    has_mitm: bool = False
    hosts: tuple[str, ...] = ()
    """The host of each visit, where they differ."""
    any_byte: bool = False
    """The server is the user's own: no one of ours reads what reaches it, and any byte is the canary."""
    repeats: tuple[bool, ...] = ()
    """Of each visit: whether it asks for exactly what the one before asked for."""

    def at(self, visit: int) -> Expectation:
        """The expectation of one visit, from 0: for the host that it asks for, and with its own `repeats`."""
        host = self.hosts[visit] if visit < len(self.hosts) else self.host
        return replace(self, host=host, repeats=self.repeats[visit : visit + 1])

    @property
    def may_reuse(self) -> bool:
        """Of one visit: an open connection is as good as it was, for nothing was asked anew of the client."""
        return self.repeats == (True,)

    @classmethod
    def of(cls, scenario: Scenario, variant: Variant = "itself") -> Expectation:
        """The expectation of a scenario as written, or of a control derived from it, which must be accepted.

        Raises ValueError for a variant that does not exist.
        """
        if variant not in ("itself", "repinned", "rekeyed"):
            raise ValueError(f"no such variant: {variant!r}")
        steps: dict[str, tuple[bool, ...]] = {
            who: scenario.steps_legit(who) for who in (WITNESSES if scenario.proxy else WITNESSES[:2])
        }
        if variant != "itself":
            return cls(
                expect=Verdict.SERVED,
                visits=(Verdict.SERVED,) * len(scenario.expected_visits),
                host=scenario.host,
                legit={who: (True,) * len(legit) for who, legit in steps.items()},
                direct=scenario.direct,
                has_mitm=scenario.has_mitm,
                hosts=scenario.hosts,
            )
        return cls(
            expect=scenario.expect,
            visits=tuple(scenario.expected_visits),
            host=scenario.host,
            reasons=tuple(scenario.reasons),
            phase=scenario.phase,
            legit=steps,
            direct=scenario.direct,
            has_mitm=scenario.has_mitm,
            hosts=scenario.hosts,
            repeats=scenario.repeats,
        )

    @property
    def must_refuse(self) -> bool:
        """At least one visit must end in a refusal."""
        return any(word in REFUSALS for word in self.visits)

    @property
    def reason(self) -> str | None:
        """The expected reason."""
        return self.reasons[0] if self.reasons else None

    @property
    def controls_needed(self) -> int:
        """How many accepted controls make a differential: two where only a pin can refuse, else one."""
        return 2 if self.reason is not None and self.reason.startswith(PIN_REASON_PREFIX) else 1

    def is_legit(self, who: str, step: int | None) -> bool | None:
        """Whether application data may reach this step; None where that cannot be known."""
        legit = self.legit.get(who, ())
        if not legit:
            return None
        if step is not None:
            return legit[min(max(step, 0), len(legit) - 1)]
        return legit[0] if len(set(legit)) == 1 else None
