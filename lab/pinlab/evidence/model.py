"""What one case left behind: observations of the witnesses, and how each client run ended.

Values only, frozen, with a JSON round trip.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

SCHEMA = "pinlab.evidence/1"

_HEAD = ("seq", "who", "conn", "what")


@dataclass(frozen=True)
class Observation:
    """One fact that a witness printed. `facts` holds every other key of its JSON line (`t_us` included)."""

    seq: int
    who: str
    conn: int | None
    what: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Observation:
        """From one flat JSON object as the witness prints it. KeyError: seq, who or what is missing."""
        facts = {key: value for key, value in data.items() if key not in _HEAD}
        return cls(int(data["seq"]), str(data["who"]), data.get("conn"), str(data["what"]), facts)

    def to_json(self) -> dict[str, Any]:
        """The flat JSON object again; `conn` is left out where the fact belongs to no connection."""
        head: dict[str, Any] = {"seq": self.seq, "who": self.who, "what": self.what}
        if self.conn is not None:
            head["conn"] = self.conn
        return {**self.facts, **head}


@dataclass(frozen=True)
class Outcome:
    """What the client claims. `claim` is accept, reject, unsupported, or None where it claimed nothing."""

    claim: str | None = None
    reason: str | None = None
    detail: str = ""
    faults: tuple[str, ...] = ()
    phase: str | None = None
    status: int | None = None
    body: str | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Outcome:
        return cls(**{**data, "faults": tuple(data.get("faults") or ())})


@dataclass(frozen=True)
class ClientRun:
    """One run of the client as a process; durations in milliseconds, tails are the last bytes as text."""

    outcome: Outcome
    exit_code: int | None = 0
    signal: int | None = None
    timed_out: bool = False
    started: bool = True
    stdout_tail: str = ""
    stderr_tail: str = ""
    duration_ms: int = 0
    cpu_ms: int = 0
    sanitizer: str | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ClientRun:
        return cls(**{**data, "outcome": Outcome.from_json(data["outcome"])})


@dataclass(frozen=True)
class ObservedVisit:
    """One client run and what the witnesses saw of it. `expect` is the verdict word of this visit.

    `settled`: the witnesses read every connection of this visit to its end before the next one began.
    """

    expect: str
    client: ClientRun
    observations: tuple[Observation, ...] = ()
    settled: bool = True

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ObservedVisit:
        seen = tuple(Observation.from_json(line) for line in data["observations"])
        return cls(data["expect"], ClientRun.from_json(data["client"]), seen, bool(data["settled"]))

    def to_json(self) -> dict[str, Any]:
        client = asdict(self.client)
        client["outcome"]["faults"] = list(self.client.outcome.faults)
        lines = [observation.to_json() for observation in self.observations]
        return {"expect": self.expect, "client": client, "observations": lines, "settled": self.settled}


@dataclass(frozen=True)
class Evidence:
    """All visits of one case. `sealed`: every witness printed its last line; `lab_faults`: what broke."""

    visits: tuple[ObservedVisit, ...]
    sealed: bool
    lab_faults: tuple[str, ...] = ()
    folder: str | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Evidence:
        """Inverse of `to_json`. Raises ValueError for another schema."""
        if data.get("schema") != SCHEMA:
            raise ValueError(f"not {SCHEMA}: {data.get('schema')!r}")
        visits = tuple(ObservedVisit.from_json(visit) for visit in data["visits"])
        return cls(visits, bool(data["sealed"]), tuple(data["lab_faults"]), data.get("folder"))

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "visits": [visit.to_json() for visit in self.visits],
            "sealed": self.sealed,
            "lab_faults": list(self.lab_faults),
            "folder": self.folder,
        }
