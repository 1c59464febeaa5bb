"""The fixtures `origin` and `mitm`: a scenario written in the test itself, a step at a time.

The steps are those of a catalogue file, checked as strictly. Whatever a script leaves out is as in the
shipped scenarios; only the reason for a refusal no one can guess.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Self

import pytest

from pinlab.catalogue.steps import HONEST_KIND
from pinlab.core.enums import PIN_REASON_PREFIX, Verdict
from pinlab.evidence.model import Observation
from pinlab.testing.clients import Client
from pinlab.testing.lab import Lab
from pinlab.testing.verdict import Judged
from pinlab.testing.visit import Visit

Role = Literal["origin", "mitm"]
STEPS = {"origin": ("present", "identity"), "mitm": ("attack", "kind")}
"""Of each role: the key of its steps in a catalogue file, and what a step that is one word names."""
CONTROL = {"origin": "valid/leaf", "mitm": "valid/relayed"}


class Scripted:
    """The origin or the interceptor of one test; without a script both are honest."""

    def __init__(self, lab: Lab, role: Role) -> None:
        """Nothing is started yet."""
        self._lab, self._role = lab, role
        self._keys: dict[str, Any] = {}
        self._judged: Judged | None = None
        self.script(*(() if role == "origin" else (HONEST_KIND,)))

    def script(self, *steps: str | Mapping[str, Any], **keys: Any) -> Self:
        """Say what it does, connection by connection; the last step repeats.

        A step is a kind of attack (`pinlab attacks`) or, for the origin, an identity of the world; with
        parameters it is a table, as in a catalogue file. `keys` are any other keys of a scenario: `expect`,
        `reason`, `pins`, `trust`, `host`, `world`, `visits`. An attack needs a `reason` to refuse it.
        """
        key, word = STEPS[self._role]
        written = [{word: step} if isinstance(step, str) else dict(step) for step in steps]
        self._keys = {**keys, **({key: written} if written else {})}
        return self

    def verdict(self, client: Client | None = None, *, tls: str = "1.3", via: str | None = None) -> Judged:
        """Have `client` (or the suite's) meet the script and the controls that it needs."""
        __tracebackhide__ = True
        self._judged = self._lab.judge({**self._request(tls), "via": via}, client)
        return self._judged

    @contextlib.contextmanager
    def start(self, *, tls: str = "1.3") -> Iterator[Visit]:
        """Start it for one visit, which the body of the `with` makes with whatever client it has.

        The body says what came of it (`visit.accepted()`, `visit.refused()`); then `evidence` tells what the
        wire saw. No control is met, so a refusal proves nothing by itself: `verdict` is for that.
        """
        with self._lab.start(self._request(tls)) as visit:
            yield visit
        self._judged = visit.judged

    @property
    def evidence(self) -> tuple[Observation, ...]:
        """What the witnesses saw in the last visit or verdict of this test, in order."""
        if self._judged is None:
            pytest.fail(f"{self._role}.evidence: there is none before `start` or `verdict`", pytrace=False)
        return self._judged.observations

    def _request(self, tls: str) -> dict[str, Any]:
        name = re.sub(r"[^a-z0-9]+", "_", self._lab.place.name.lower()).strip("_") or "script"
        entry = {
            "doc": f"A script of the test {self._lab.place.name}, played as it is written.",
            "tls": [tls],
        }
        entry |= {"expect": self._due(), **self._keys}
        if entry["expect"] != Verdict.SERVED:
            pin = str(entry.get("reason", "")).startswith(PIN_REASON_PREFIX)
            entry = {
                "why": "the script says so",
                "control": CONTROL[self._role],
                "caught_by": ["no_pin_check" if pin else "trust_everything"],
                **entry,
            }
        file = f"{self._lab.place.file} {self._role}.script"
        return {"scenario": f"scripted/{name}", "entry": entry, "file": file, "tls": tls}

    def _due(self) -> Verdict:
        """An attack must be refused; what an origin shows is genuine unless the script says otherwise."""
        steps = self._keys.get("attack", ())
        attacks = any(step["kind"] != HONEST_KIND and not step.get("legit") for step in steps)
        return Verdict.HELD if attacks else Verdict.SERVED
