"""What was measured of many clients, as it is kept in lab/docs/clients.json: pages are made from it alone.

Values only: nothing is run or judged here, and no client is known by name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from pinlab.runner.results import Result

SCHEMA = "pinlab.clients/1"
Line = dict[str, str]


@dataclass(frozen=True)
class Met:
    """One case of one client: what it came to. `known` is the reason of a known deviation."""

    scenario: str
    tls: str
    expected: str
    verdict: str
    known: str | None = None
    cause: str = ""

    @classmethod
    def of(cls, result: Result) -> Met:
        """What a page needs of a result."""
        good = result.verdict == result.expected
        return cls(
            result.scenario,
            result.tls,
            str(result.expected),
            str(result.verdict),
            result.known,
            "" if good else result.cause,
        )

    @property
    def family(self) -> str:
        """The file stem of its scenario."""
        return self.scenario.split("/", 1)[0]

    @property
    def was_judged(self) -> bool:
        """The client was shown it."""
        return self.verdict not in ("UNSUPPORTED", "SKIPPED")

    @property
    def as_expected(self) -> bool:
        """It did what a good client does."""
        return self.verdict == self.expected


@dataclass(frozen=True)
class Client:
    """One client: what it is (as `pinlab clients --json` has it), what it met, and what was not stable."""

    facts: dict[str, Any]
    met: tuple[Met, ...]
    unstable: tuple[Line, ...] = ()
    """Each with scenario, tls and the verdicts of all runs."""
    runs: int = 1
    """How often it was run against the suite; `met` is of the first."""
    date: str = ""

    @property
    def name(self) -> str:
        """What `--client` calls it."""
        return str(self.facts["name"])

    def to_json(self) -> dict[str, Any]:
        """What came out as expected in few words, everything else in full."""
        good: dict[str, list[str]] = {}
        for case in self.met:
            if case.as_expected:
                good.setdefault(case.verdict, []).append(f"{case.scenario} {case.tls}")
        others = [asdict(case) for case in self.met if not case.as_expected]
        facts = {"facts": self.facts, "date": self.date, "runs": self.runs, "as_expected": good}
        return {**facts, "others": others, "unstable": list(self.unstable)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Client:
        """Inverse of `to_json`, but for the order."""
        met = [Met(**entry) for entry in data["others"]]
        for verdict, cases in data["as_expected"].items():
            pairs = [case.split(" ") for case in cases]
            met += [Met(scenario, tls, verdict, verdict) for scenario, tls in pairs]
        return cls(data["facts"], _sorted(met), tuple(data["unstable"]), data["runs"], data["date"])


def _sorted(met: Iterable[Met]) -> tuple[Met, ...]:
    return tuple(sorted(met, key=lambda case: (case.scenario, case.tls)))


@dataclass(frozen=True)
class ClientComparison:
    """All clients of one measurement. `missing` were not there; each has its name and how to get it."""

    date: str
    pinlab_version: str
    suite: str
    clients: tuple[Client, ...]
    missing: tuple[Line, ...] = ()

    @property
    def families(self) -> tuple[str, ...]:
        """Families of which some client was shown something, by name."""
        return tuple(sorted({case.family for client in self.clients for case in client.met}))

    @property
    def dates(self) -> str:
        """The day of the measurement, or the first and the last one: clients are added and measured again."""
        days = sorted({client.date for client in self.clients if client.date} | {self.date})
        return " to ".join(dict.fromkeys((days[0], days[-1])))

    def to_text(self) -> str:
        """The file, one line for each thing that may change."""
        head: dict[str, Any] = {"schema": SCHEMA, "date": self.date, "pinlab_version": self.pinlab_version}
        head |= {"suite": self.suite}
        clients = [client.to_json() for client in self.clients]
        return json.dumps(head | {"missing": list(self.missing), "clients": clients}, indent=1) + "\n"


def comparison_of(
    date: str, version: str, suite: str, clients: Sequence[Client], missing: Sequence[Line]
) -> ClientComparison:
    """A comparison with everything in its order."""
    ordered = tuple(replace(client, met=_sorted(client.met)) for client in clients)
    return ClientComparison(date, version, suite, ordered, tuple(missing))


def merged(old: ClientComparison, new: ClientComparison, order: Sequence[str]) -> ClientComparison:
    """The clients of both, by `order`; what `new` says of one takes the place of that of `old`."""
    places = {name: place for place, name in enumerate(order)}
    each = {client.name: client for client in (*old.clients, *new.clients)}
    absent = {entry["name"]: entry for entry in (*old.missing, *new.missing) if entry["name"] not in each}

    def by_place(name: str) -> int:
        return places.get(name, len(places))

    clients = [each[name] for name in sorted(each, key=by_place)]
    missing = [absent[name] for name in sorted(absent, key=by_place)]
    return comparison_of(new.date, new.pinlab_version, new.suite, clients, missing)


def read_comparison(text: str) -> ClientComparison:
    """Inverse of `ClientComparison.to_text`. ValueError for another schema."""
    data = json.loads(text)
    if data.get("schema") != SCHEMA:
        raise ValueError(f"expected schema {SCHEMA}, got {data.get('schema')}")
    clients = tuple(Client.from_json(entry) for entry in data["clients"])
    head = (data["date"], data["pinlab_version"], data["suite"])
    return ClientComparison(*head, clients, tuple(data["missing"]))
