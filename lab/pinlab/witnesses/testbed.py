"""The witnesses of one case while they run, their common tape, and the visit to which each fact belongs.

It ends what it holds and starts nothing; it judges nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pinlab.evidence.continued_connections import carry
from pinlab.evidence.model import Observation, ObservedVisit
from pinlab.witnesses.witness import Witness


@dataclass
class Testbed:
    """The running witnesses of one case and the tape on which both write, in order of arrival."""

    origin: Witness | None
    """None: the server is the user's own, and bears no witness."""
    mitm: Witness | None
    tape: list[Observation]
    server_port: int = 0
    """The port of a server that is not the lab's."""

    @property
    def origin_port(self) -> int:
        """The port of the server that the client asks for."""
        return self.origin.port if self.origin else self.server_port

    @property
    def witnesses(self) -> list[Witness]:
        """In the order in which they settle: anyone who the client meets first."""
        return [witness for witness in (self.mitm, self.origin) if witness]

    @property
    def met(self) -> tuple[str, int]:
        """Where the client's path begins."""
        return self.witnesses[0].address, self.witnesses[0].port

    @property
    def prepared(self) -> list[dict[str, Any]]:
        """The certificates that the interceptor has forged beforehand: step, pin and certificate of each."""
        return list(self.mitm.observations[0].facts.get("prepared", [])) if self.mitm else []

    def mark(self) -> Observation:
        """Where on the tape a visit ends."""
        return Observation(len(self.tape), "lab", None, "mark")

    def close(self) -> list[str]:
        """End both; what went wrong with them."""
        for witness in self.witnesses:
            witness.close()
        return [fault for witness in self.witnesses for fault in witness.faults]


def hand_out(visits: list[ObservedVisit], tape: list[Observation]) -> list[ObservedVisit]:
    """Give each visit its stretch of the tape; what came after the last mark belongs to the last visit."""
    handed, start = [], 0
    for visit in visits:
        last = visit is visits[-1]
        end = len(tape) if last or not visit.observations else visit.observations[0].seq
        seen = (*carry(tape[:start], tape[start:end]), *tape[start:end])
        handed.append(ObservedVisit(visit.expect, visit.client, seen, visit.settled))
        start = end
    return handed
