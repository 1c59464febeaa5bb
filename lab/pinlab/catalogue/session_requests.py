"""What one visit of a session asks for that the visit before it did not: other pins, another host or trust.

Plain values read from a scenario's `requests`; it refuses to know who makes the visit.
"""

from __future__ import annotations

from pydantic import Field

from pinlab.catalogue.steps import Pins
from pinlab.core.durations import Duration, format_duration
from pinlab.core.models import Strict


class Asked(Strict):
    """One visit of a session, as it differs from the scenario."""

    pins: Pins = None
    """What the client pins now; where it is not written, the scenario's pins."""
    host: str | None = None
    """The host that it asks for now; where it is not written, the scenario's host."""
    trust: tuple[str, ...] | None = Field(default=None, strict=False, min_length=1)
    """The CAs that it trusts now."""
    later: Duration = 0
    """How far the client's clock has moved on since the run began."""

    @property
    def changes_pins(self) -> bool:
        """Say whether this visit has pins of its own (false, for no pinning, counts)."""
        return "pins" in self.model_fields_set

    @property
    def words(self) -> str:
        """Say in a few words what is asked for that the scenario does not say."""
        found = []
        if self.changes_pins:
            names = [f"`{getattr(pin, 'raw', pin)}`" for pin in self.pins or ()]
            found.append(
                "pins " + (", ".join(names) if names else "none" if self.pins is None else "an empty set")
            )
        if self.host is not None:
            found.append(f"host `{self.host}`")
        if self.trust is not None:
            found.append("trusts " + ", ".join(self.trust))
        if self.later:
            found.append(f"the client's clock {format_duration(self.later)} ahead")
        return ", ".join(found) or "as it stands here"
