"""What an answer says of a rehearsal: each cell, each negative control. Part of a published contract."""

from __future__ import annotations

from typing import Literal

from pinlab.core.models import Strict

Measured = Literal["A", "F", "P", "X", "NOT_REHEARSED"]


class CellEntry(Strict):
    """A distinct cell, predicted and measured. Times are days from t0."""

    app: str
    stack: str
    state: str
    node: str
    certificate: str
    variant: str
    branch: str
    """Empty, or the branch without which no one meets it."""
    at: float
    """The virtual time at which it was met."""
    predicted: Literal["A", "F", "P", "X", "?"]
    why: str
    measured: Measured
    agrees: bool
    """False also for NOT_REHEARSED."""
    note: str
    """What was seen, or why it was not rehearsed."""


class ControlEntry(Strict):
    """A negative control, and how it ended."""

    apps: tuple[str, ...]
    shows: str
    must_refuse: bool
    end: Literal["accepted", "pin", "pkix", "refused", "unclear"]
    cause: str


class RehearsalEntry(Strict):
    """What `--full` came to."""

    client: str
    clock: Literal["reissued"]
    """The virtual clock: certificates reissued relative to now."""
    connections: int
    cells: tuple[CellEntry, ...]
    controls: tuple[ControlEntry, ...]
